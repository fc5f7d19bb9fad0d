// The view in which an article becomes a briefing.

import { Article } from "./article.js";
import { Briefing } from "./briefing.js";
import { copying } from "./copying.js";
import { element } from "./elements.js";
import { ask, briefed, Problem, sourceOf } from "./service.js";

const at = (id) => document.getElementById(id);
let running = null;

/** Join the view's form to the service. `run(work, problems)` runs work and shows what goes wrong with it. */
export function openBrief(run) {
  at("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    const request = {
      ...sourceOf(at("source").value),
      points: at("points").valueAsNumber,
      max_words: at("words").valueAsNumber,
    };
    run(() => make(request), "problem");
  });
  at("sample").addEventListener("click", () =>
    run(async () => {
      const sample = await (await fetch("page/sample.json")).json();
      at("source").value = sample.text;
      await make({ ...sample, points: at("points").valueAsNumber, max_words: at("words").valueAsNumber });
    }, "problem"),
  );
  at("stop").addEventListener("click", () => running?.abort());
}

/** Show a briefing that is kept. */
export async function showKept(id) {
  const stage = new Stage();
  at("progress").textContent = "";
  stage.done(await (await ask(`briefings/${id}`)).json());
  await stage.beside();
}

async function make(request) {
  running?.abort();
  const own = (running = new AbortController());
  const stage = new Stage();
  at("stop").hidden = false;
  at("progress").textContent = request.url ? "Fetching the page …" : "Reading …";
  try {
    for await (const [name, content] of briefed(request, own.signal)) {
      if (name === "article") {
        at("progress").textContent = `Weighing ${content.sentences} sentences …`;
      } else if (name === "sentence") {
        stage.sentence(content);
      } else {
        stage.done(content);
        history.pushState(null, "", `#briefing=${content.id}`);
      }
    }
    await stage.beside();
  } catch (error) {
    if (error.name !== "AbortError") {
      at("progress").textContent = "";
      throw error;
    }
    if (running === own) at("progress").textContent = "Stopped.";
  } finally {
    if (running === own) {
      running = null;
      at("stop").hidden = true;
    }
  }
}

/** Where one briefing is shown, beside its article. */
class Stage {
  constructor() {
    at("problem").replaceChildren();
    this.article = new Article(at("article"), (start) => this.briefing.mark(start));
    this.briefing = new Briefing(at("briefing"), (sources) => this.article.light(sources));
    at("result").hidden = true;
  }

  sentence({ place, index, sentence }) {
    at("result").hidden = false;
    this.briefing.place(place, index, sentence);
    at("progress").textContent = `${this.briefing.size} sentences so far …`;
  }

  done(whole) {
    this.whole = whole;
    this.briefing.complete(whole);
    at("result").hidden = false;
    const { coverage, model, cached, timing_ms: took } = whole;
    const speed = cached ? "kept from before" : `in ${(took.total / 1000).toFixed(1)} s`;
    at("progress").textContent =
      `${coverage.sentences_used} of ${coverage.sentences_read} sentences used. ` +
      `Written by ${model.writer}, ${speed}.${coverage.complete ? "" : " Time ran out: some is quoted that could be shorter."}`;
    document.title = `${whole.headline?.text ?? whole.article.title ?? "A briefing"} – Standfirst`;
  }

  /** What stands beside the briefing: the article, how to copy it, and what was refused. */
  async beside() {
    const { id, article, headline, standfirst, points } = this.whole;
    const tell = (text) => (at("progress").textContent = text);
    at("briefing").append(copying(id, tell));
    let text, refused;
    try {
      [{ text }, { refused }] = await Promise.all(
        ["article", "refused"].map(async (what) => (await ask(`briefings/${id}/${what}`)).json()),
      );
    } catch (error) {
      // Where nothing can be kept there is still the briefing itself, each sentence with its passages.
      if (error instanceof Problem) return;
      throw error;
    }
    const shown = [headline, ...standfirst, ...points].filter(Boolean);
    this.article.show(article, text, shown.flatMap((sentence) => sentence.sources));
    at("briefing").append(refusals(refused));
  }
}

function refusals(refused) {
  if (!refused.length) return element("p", { class: "hint" }, "Nothing that the model drafted was refused.");
  const drafts = refused.map(({ text, problems }) =>
    element("li", {}, element("del", {}, text), element("p", {}, problems.join("; "))),
  );
  const many = refused.length === 1 ? "1 draft was" : `${refused.length} drafts were`;
  return element(
    "details",
    { class: "refused" },
    element("summary", {}, `${many} refused: see why`),
    element("ul", {}, ...drafts),
  );
}
