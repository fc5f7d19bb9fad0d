// Copies a briefing to the clipboard, as Markdown, HTML or plain text.

import { element } from "./elements.js";
import { ask } from "./service.js";

const FORMS = [
  ["Markdown", "text/markdown"],
  ["HTML", "text/html"],
  ["plain text", "text/plain"],
];

/** Buttons that copy the briefing of that id; they call `tell` with a message about the result. */
export function copying(id, tell) {
  const copy = async (name, form) => {
    try {
      await copyText(await (await ask(`v1/briefings/${id}`, { accept: form })).text());
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

/** Copy a text to the clipboard. Throws if the browser does not let the page copy. */
export async function copyText(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  // Browsers offer the clipboard API only to pages from HTTPS or from this machine; others need the old command.
  const held = element("textarea", { class: "unseen" }, text);
  document.body.append(held);
  held.select();
  const copied = document.execCommand("copy");
  held.remove();
  if (!copied) throw new Error("this browser does not let the page copy.");
}
