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
    const { sentences, counts } = await askJson("v1/verify", { body: request });
    at("check-progress").textContent =
      `Of ${sentences.length} sentences the article backs ${counts.backed} and does not back ${counts.not_backed}; ` +
      `${counts.undecided} cannot be decided.`;
    at("verdict").replaceChildren(table(sentences));
  } catch (error) {
    at("check-progress").textContent = "";
    throw error;
  }
}

const FINDINGS = { backed: "Backed", not_backed: "Not backed", undecided: "Undecided" };

/** The sentence with the words marked that the article has others for. Offsets count code points, as Python does. */
function marked(text, instead) {
  const letters = [...text];
  const parts = [];
  let end = 0;
  for (const { claimed } of instead) {
    if (!claimed || claimed.start < end) continue;
    parts.push(letters.slice(end, claimed.start).join(""), element("mark", {}, claimed.text));
    end = claimed.end;
  }
  return [...parts, letters.slice(end).join("")];
}

/** What the article says: in the place of the marked words, if that is known, and the sentences it was held against. */
function said(sources, instead) {
  if (!sources.length) return [element("p", {}, "Nothing like it.")];
  const words = instead.filter(({ claimed }) => claimed);
  return [
    ...words.map(({ text, claimed }) =>
      element("p", { class: "instead" }, `“${text}”, not “${claimed.text}”:`),
    ),
    ...quotations(sources),
  ];
}

function table(sentences) {
  const head = ["The summary", "Finding", "The article"].map((name) => element("th", { scope: "col" }, name));
  const rows = sentences.map(({ text, finding, support, sources, problems, instead }) =>
    element(
      "tr",
      { class: finding },
      element(
        "td",
        {},
        element("p", {}, ...marked(text, instead)),
        ...problems.map((problem) => element("p", { class: "reason" }, problem)),
      ),
      element(
        "td",
        { class: "finding" },
        element("p", {}, FINDINGS[finding]),
        element("p", { title: "How likely a careful reader would say that the article backs it" }, percent(support)),
      ),
      element("td", {}, ...said(sources, instead)),
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
