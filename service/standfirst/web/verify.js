// The view that checks a summary against its article.

import { element, percent, quotations } from "./elements.js";
import { askJson, sourceOf } from "./service.js";

const at = (id) => document.getElementById(id);

/** Connect the view's form to the service. `run(work, problems)` runs the work and shows its errors. */
export function openVerify(run) {
  at("check").addEventListener("submit", (event) => {
    event.preventDefault();
    const request = { ...sourceOf(at("checked-source").value), summary: at("summary").value };
    run(() => check(request), "check-problem");
  });
}

async function check(request) {
  at("verdict").replaceChildren();
  at("check-progress").textContent = "Checking …";
  try {
    const { sentences, support } = await askJson("v1/verify", { body: request });
    const backed = sentences.filter((sentence) => !sentence.problems.length).length;
    at("check-progress").textContent =
      `The article backs ${backed} of ${sentences.length} sentences. Support on the whole: ${percent(support)}.`;
    at("verdict").replaceChildren(table(sentences));
  } catch (error) {
    at("check-progress").textContent = "";
    throw error;
  }
}

function table(sentences) {
  const head = ["The summary", "Support", "The article"].map((name) => element("th", { scope: "col" }, name));
  const rows = sentences.map(({ text, support, sources, problems }) =>
    element(
      "tr",
      { class: problems.length ? "unbacked" : "backed" },
      element(
        "td",
        {},
        element("p", {}, text),
        ...problems.map((problem) => element("p", { class: "wrong" }, problem)),
      ),
      element("td", { class: "support" }, percent(support)),
      element("td", {}, ...(sources.length ? quotations(sources) : [element("p", {}, "Nothing like it.")])),
    ),
  );
  return element(
    "table",
    {},
    element("caption", { class: "unseen" }, "The summary beside the article"),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...rows),
  );
}
