// The page: switches views, and shows the errors of their work.

import { openBrief, showKept } from "./brief.js";
import { element } from "./elements.js";
import { openFeed } from "./feed.js";
import { openHistory } from "./history.js";
import { Problem, useKey } from "./service.js";
import { openVerify } from "./verify.js";

const at = (id) => document.getElementById(id);
const VIEWS = ["brief", "verify", "feed", "history"];
let again = null;

/** Run `work` and show its error in `problems`; if a key is missing, ask for it and run the work again. */
async function run(work, problems) {
  at(problems).replaceChildren();
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Problem)) {
      at(problems).replaceChildren(element("p", { class: "problem" }, "The page made a mistake. Load it again."));
      throw error;
    }
    if (error.code === "unauthorized") {
      again = () => run(work, problems);
      at("key").hidden = false;
      at("key-value").focus();
    }
    at(problems).replaceChildren(element("p", { class: "problem" }, error.message));
  }
}

at("key").addEventListener("submit", (event) => {
  event.preventDefault();
  useKey(at("key-value").value);
  at("key-value").value = "";
  at("key").hidden = true;
  again?.();
});

// Its URL would leave the view that is shown.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  at("main").focus();
});
openBrief(run);
openVerify(run);
openFeed();
const showHistory = openHistory(run);

function view() {
  const [name, id] = location.hash.slice(1).split("=");
  const shown = VIEWS.includes(name) ? name : "brief";
  for (const one of VIEWS) at(one).hidden = one !== shown;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.getAttribute("href") === `#${shown}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = "Standfirst";
  if (name === "briefing" && /^[0-9a-f]{32}$/.test(id)) run(() => showKept(id), "problem");
  if (shown === "history") showHistory();
}

/** Put what another app or the bookmarklet shared into the form; the reader submits it. */
function takeShared() {
  const given = new URLSearchParams(location.search);
  const shared = given.get("url") || given.get("text") || "";
  if (!shared) return;
  at("source").value = /https?:\/\/\S+/i.exec(shared)?.[0] ?? shared;
  history.replaceState(null, "", location.pathname);
  at("ask").querySelector("button").focus();
}

at("bookmarklet").href = `javascript:location.href=${JSON.stringify(location.origin + location.pathname)}+'?url='+encodeURIComponent(location.href)`;
at("bookmarklet").addEventListener("click", (event) => event.preventDefault());
addEventListener("hashchange", view);
view();
takeShared();
