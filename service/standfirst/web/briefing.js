// The briefing: its sentences as they arrive, each with a mark for its origin and its support.

import { element, percent, quotations } from "./elements.js";

const PLACES = ["headline", "standfirst", "point"];
let numbers = 0;

/** A briefing that is being made in `root`. Calls `light(sources)` with the passages of the focused sentence. */
export class Briefing {
  constructor(root, light) {
    this.root = root;
    this.light = light;
    this.shown = new Map(); // "place index" -> the element and its sentence
    this.points = element("ul", { class: "points", dir: "auto" });
    root.replaceChildren(this.points);
  }

  /** The number of sentences that are shown. */
  get size() {
    return this.shown.size;
  }

  /** Show a sentence in its place; replace the one that is there. */
  place(place, index, sentence) {
    const key = `${place} ${index}`;
    const before = this.shown.get(key);
    if (before?.sentence.text === sentence.text) return;
    const made = this.#made(place, sentence);
    this.shown.set(key, { place, index, sentence, made });
    if (before) {
      before.made.replaceWith(made);
    } else {
      const after = this.#following(place, index);
      const parent = place === "point" ? this.points : this.root;
      parent.insertBefore(made, after ?? (place === "point" ? null : this.points));
    }
  }

  /** Show the complete briefing and nothing else. */
  complete(briefing) {
    const whole = [
      ...(briefing.headline ? [["headline", 0, briefing.headline]] : []),
      ...briefing.standfirst.map((sentence, index) => ["standfirst", index, sentence]),
      ...briefing.points.map((sentence, index) => ["point", index, sentence]),
    ];
    const known = new Set(whole.map(([place, index]) => `${place} ${index}`));
    for (const [key, { made }] of this.shown) {
      if (known.has(key)) continue;
      made.remove();
      this.shown.delete(key);
    }
    for (const one of whole) this.place(...one);
  }

  /** Mark the sentences that a passage of the article backs; none for null. */
  mark(start) {
    for (const { made, sentence } of this.shown.values()) {
      made.classList.toggle("lit", sentence.sources.some((source) => source.start === start));
    }
  }

  #following(place, index) {
    const order = (one) => PLACES.indexOf(one.place) * 100 + one.index;
    const own = order({ place, index });
    const inList = (one) => (one.place === "point") === (place === "point");
    const later = [...this.shown.values()].filter((one) => inList(one) && order(one) > own);
    return later.sort((a, b) => order(a) - order(b))[0]?.made;
  }

  #made(place, sentence) {
    const id = `backing-${(numbers += 1)}`;
    const worded = sentence.origin === "written" ? `written · ${percent(sentence.support)}` : sentence.origin;
    const said = {
      written: `Written by the model; the article backs it to ${percent(sentence.support)}.`,
      shortened: "In the article's own words, with parts left out.",
      quoted: "In the article's own words.",
    }[sentence.origin];
    const others = sentence.sources.filter((source) => source.text !== sentence.text);
    const backing = element(
      "div",
      { id, class: "backing", hidden: true },
      element("p", { dir: "ltr" }, others.length ? `${said} It says:` : said),
      ...quotations(others),
    );
    const mark = element(
      "button",
      {
        type: "button",
        class: `mark ${sentence.origin}`,
        "aria-expanded": "false",
        "aria-controls": id,
        title: said,
        onclick: () => {
          backing.hidden = !backing.hidden;
          mark.setAttribute("aria-expanded", String(!backing.hidden));
        },
        onfocus: () => this.light(sentence.sources),
        onblur: () => this.light([]),
      },
      worded,
      element("span", { class: "unseen" }, ": what backs it"),
    );
    const words = place === "headline" ? element("h2", {}, sentence.text) : element("p", {}, sentence.text);
    return element(
      place === "point" ? "li" : "div",
      {
        class: `sentence ${place}`,
        dir: place === "point" ? null : "auto", // points go by their list
        onmouseenter: () => this.light(sentence.sources),
        onmouseleave: () => this.light([]),
      },
      words,
      " ",
      mark,
      backing,
    );
  }
}
