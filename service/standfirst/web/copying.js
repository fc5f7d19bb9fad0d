// Copying: a briefing into the clipboard, as Markdown, HTML or plain text.

import { element } from "./elements.js";
import { ask } from "./service.js";

const FORMS = [
  ["Markdown", "text/markdown"],
  ["HTML", "text/html"],
  ["plain text", "text/plain"],
];

/** Buttons that copy the briefing of that id; `tell` is given what has happened, in words. */
export function copying(id, tell) {
  const copy = async (name, form) => {
    try {
      await write(await (await ask(`v1/briefings/${id}`, { accept: form })).text());
      tell(`Copied as ${name}.`);
    } catch (error) {
      tell(`It could not be copied: ${error.message}`);
    }
  };
  const buttons = FORMS.map(([name, form]) =>
    element("button", { type: "button", onclick: () => copy(name, form) }, name),
  );
  return element("p", { class: "copying" }, "Copy as ", ...buttons);
}

async function write(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // Browsers give the clipboard to pages that came over HTTPS or from this machine; to others, only in this old way.
  const held = element("textarea", { class: "unseen" }, text);
  document.body.append(held);
  held.select();
  const copied = document.execCommand("copy");
  held.remove();
  if (!copied) throw new Error("this browser does not let the page copy.");
}
