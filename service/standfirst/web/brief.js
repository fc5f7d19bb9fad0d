// The view in which an article becomes a briefing.

import { Article } from "./article.js";
import { Briefing } from "./briefing.js";
import { copying } from "./copying.js";
import { element } from "./elements.js";
import { askJson, briefed, Problem, sourceOf } from "./service.js";

const at = (id) => document.getElementById(id);
/** The controller of the current work: the view shows one briefing at a time. */
let current = new AbortController();

/** Connect the form to the service. `run(work, problems)` runs the work and shows its errors. */
export function openBrief(run) {
  const wanted = () => ({ points: at("points").valueAsNumber, max_words: at("words").valueAsNumber });
  at("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    run(() => make({ ...sourceOf(at("source").value), ...wanted() }), "problem");
  });
  at("sample").addEventListener("click", () =>
    run(async () => {
      const sample = await askJson("page/sample.json");
      at("source").value = sample.text;
      await make({ ...sample, ...wanted() });
    }, "problem"),
  );
  at("stop").addEventListener("click", () => {
    current.abort();
    at("progress").textContent = "Stopped.";
  });
}

/** Show a stored briefing. */
export async function showKept(id) {
  await staged("", async (stage, signal) => stage.done(await askJson(`v1/briefings/${id}`, { signal })));
}

async function make(request) {
  await staged(request.url ? "Fetching the page …" : "Reading …", async (stage, signal) => {
    at("stop").hidden = false;
    for await (const [name, content] of briefed(request, signal)) {
      if (name === "article") {
        at("progress").textContent = `Weighing ${content.sentences} sentences …`;
      } else if (name === "sentence") {
        stage.sentence(content);
      } else {
        stage.done(content);
        if (!at("brief").hidden) history.pushState(null, "", `#briefing=${content.id}`);
      }
    }
  });
}

/** Start `work` and abort the current work, which shows nothing more. */
async function staged(progress, work) {
  current.abort();
  const own = (current = new AbortController());
  const stage = new Stage();
  at("progress").textContent = progress;
  at("stop").hidden = true;
  try {
    await work(stage, own.signal);
    await stage.beside(own.signal);
  } catch (error) {
    if (own.signal.aborted) return;
    at("progress").textContent = "";
    throw error;
  } finally {
    if (current === own) at("stop").hidden = true;
  }
}

/** Shows one briefing beside its article. */
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
    at("progress").textContent = [
      `${coverage.sentences_used} of ${coverage.sentences_read} sentences used.`,
      `Made with ${model.writer}, ${speed}.`,
      ...(coverage.truncated ? ["The article breaks off: its page may show more to subscribers."] : []),
      ...(coverage.complete ? [] : ["Time ran out: some is quoted that could be shorter."]),
    ].join(" ");
    document.title = `${whole.headline?.text ?? whole.article.title ?? "A briefing"} – Standfirst`;
  }

  /** Show what belongs to the briefing: the article, the buttons to copy it, and the refused drafts. */
  async beside(signal) {
    const { id, article, headline, standfirst, points } = this.whole;
    const tell = (text) => (at("progress").textContent = text);
    at("briefing").append(copying(id, tell));
    let text, refused;
    try {
      [{ text }, { refused }] = await Promise.all(
        ["article", "refused"].map((what) => askJson(`v1/briefings/${id}/${what}`, { signal })),
      );
    } catch (error) {
      // If the service cannot store briefings, the briefing and its passages are still shown.
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
