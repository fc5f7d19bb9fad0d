// Elements are made from text, never from markup, so that an article's text cannot become part of the page.

/** A new element with attributes (`on…` are listeners, true sets, false and null leave out) and children. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** A link to another site, or only its name if the URL is not HTTP or HTTPS. */
export function outward(url, name) {
  return /^https?:\/\//i.test(url) ? element("a", { href: url, rel: "noreferrer" }, name) : name;
}

/** A share from 0 to 1 as a whole percentage. */
export function percent(share) {
  return `${Math.floor(100 * share)}\u00a0%`;
}

/** The passages of the article that back a sentence, as quotations. */
export function quotations(sources) {
  return sources.map((source) => element("blockquote", { dir: "auto" }, source.text));
}
