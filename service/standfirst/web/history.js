// The view of earlier briefings, with a search by words.

import { element } from "./elements.js";
import { askJson } from "./service.js";

const at = (id) => document.getElementById(id);
/** Milliseconds after the last key press until the search starts. */
const PAUSE = 250;
let newest = 0;
let next = null;

/** Connect the view to the service and return a function that reloads it. `run(work, problems)` shows errors. */
export function openHistory(run) {
  const anew = () => run(() => find(null), "history-problem");
  let waiting;
  at("search").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(anew, PAUSE);
  });
  at("find").addEventListener("submit", (event) => {
    event.preventDefault();
    anew();
  });
  at("more").addEventListener("click", () => run(() => find(next), "history-problem"));
  return anew;
}

async function find(before) {
  const own = (newest += 1);
  const query = new URLSearchParams({ search: at("search").value });
  if (before !== null) query.set("before", before);
  const found = await askJson(`v1/briefings?${query}`);
  if (own !== newest) return; // another search has begun since
  if (before === null) at("asked").replaceChildren();
  const lines = found.briefings.map(line);
  at("asked").append(...lines);
  next = found.next;
  at("more").hidden = next === null;
  const shown = at("asked").childElementCount;
  const many = shown === 1 ? "1 briefing" : `${shown} briefings`;
  at("found").textContent = shown ? `${many}${next === null ? "" : ", and more"}.` : "No briefing is kept that has these words.";
  if (before !== null) lines[0]?.querySelector("a").focus();
}

function line({ id, asked_at: time, title, site }) {
  const when = new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  return element(
    "li",
    {},
    element("a", { href: `#briefing=${id}`, dir: "auto" }, title),
    element("span", { class: "about" }, [site, when].filter(Boolean).join(" · ")),
  );
}
