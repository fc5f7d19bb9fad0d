// The article beside its briefing; it highlights the passages that back a sentence.

import { element, outward } from "./elements.js";

/** The article of a briefing in `root`. Calls `looked(start)` with the start of the focused passage, or null. */
export class Article {
  constructor(root, looked) {
    this.root = root;
    this.looked = looked;
    this.passages = new Map();
    root.hidden = true;
    root.replaceChildren();
  }

  /** Show `text`, whose passages `sources` back the briefing; offsets count code points. */
  show(about, text, sources) {
    const known = [about.site, about.author, about.published, `${about.words} words`].filter(Boolean).join(" · ");
    const title = about.title ?? "The article";
    this.root.replaceChildren(
      element("h2", { dir: "auto" }, about.url ? outward(about.url, title) : title),
      element("p", { class: "about" }, known),
      ...this.#paragraphs([...text], sources),
    );
    this.root.hidden = false;
  }

  /** Highlight only these passages, and scroll the article to the first. */
  light(sources) {
    const starts = new Set(sources.map((source) => source.start));
    for (const [start, spans] of this.passages) {
      for (const span of spans) span.classList.toggle("lit", starts.has(start));
    }
    const first = this.passages.get(Math.min(...starts))?.[0];
    if (first && this.root.scrollHeight > this.root.clientHeight) {
      const middle = first.offsetTop - this.root.clientHeight / 3;
      this.root.scrollTo({ top: middle, behavior: calm() ? "auto" : "smooth" });
    }
  }

  #paragraphs(points, sources) {
    const passages = [...new Map(sources.map((source) => [source.start, source])).values()];
    passages.sort((a, b) => a.start - b.start);
    const made = [];
    let start = 0;
    while (start < points.length) {
      let end = points.indexOf("\n", start);
      if (end < 0) end = points.length;
      if (points.slice(start, end).some((point) => point.trim())) {
        made.push(element("p", { dir: "auto" }, ...this.#pieces(points, start, end, passages)));
      }
      start = end + 1;
    }
    return made;
  }

  #pieces(points, start, end, passages) {
    const pieces = [];
    for (const passage of passages) {
      const from = Math.max(start, passage.start);
      const to = Math.min(end, passage.end);
      if (from >= to) continue;
      pieces.push(points.slice(start, from).join(""), this.#passage(passage.start, points.slice(from, to).join("")));
      start = to;
    }
    return [...pieces, points.slice(start, end).join("")];
  }

  #passage(start, text) {
    const made = element(
      "span",
      { class: "passage", onmouseenter: () => this.looked(start), onmouseleave: () => this.looked(null) },
      text,
    );
    this.passages.set(start, [...(this.passages.get(start) ?? []), made]);
    return made;
  }
}

function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
