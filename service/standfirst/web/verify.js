// The view that checks a summary against its article.

import { element, percent } from "./elements.js";
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

/** The text with stretches of it marked. Offsets count code points, as Python does. */
function marked(text, stretches) {
  const letters = [...text];
  const parts = [];
  let last = 0;
  for (const { start, end } of stretches.sort((one, other) => one.start - other.start)) {
    if (start < last) continue;
    parts.push(letters.slice(last, start).join(""), element("mark", {}, letters.slice(start, end).join("")));
    last = end;
  }
  return [...parts, letters.slice(last).join("")];
}

/** A passage of the article, with the words marked that it has in the place of others. */
function quotation(source, instead) {
  const words = instead.filter(({ claimed, start, end }) => claimed && source.start <= start && end <= source.end);
  const stretches = words.map(({ start, end }) => ({ start: start - source.start, end: end - source.start }));
  return element("blockquote", { dir: "auto" }, ...marked(source.text, stretches));
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
        element("p", { dir: "auto" }, ...marked(text, instead.map(({ claimed }) => claimed).filter(Boolean))),
        ...problems.map((problem) => element("p", { class: "reason" }, problem)),
      ),
      element(
        "td",
        { class: "finding" },
        element("p", {}, FINDINGS[finding]),
        element("p", { title: "How likely a careful reader would say that the article backs it" }, percent(support)),
      ),
      element(
        "td",
        {},
        ...(sources.length
          ? sources.map((source) => quotation(source, instead))
          : [element("p", {}, "Nothing like it.")]),
      ),
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
