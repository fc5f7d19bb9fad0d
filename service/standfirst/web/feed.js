// The view that makes the address of a feed of briefings.

import { copyText } from "./copying.js";

const at = (id) => document.getElementById(id);

/** Connect the view's form. */
export function openFeed() {
  at("subscribe").addEventListener("submit", (event) => {
    event.preventDefault();
    const address = new URL("v1/feed", location.origin + location.pathname);
    address.searchParams.set("url", at("publisher").value.trim());
    at("feed-address").value = address.href;
    at("feed-made").hidden = false;
    at("feed-address").select();
    at("feed-told").textContent = "";
  });
  at("feed-copy").addEventListener("click", async () => {
    try {
      await copyText(at("feed-address").value);
      at("feed-told").textContent = "Copied.";
    } catch (error) {
      at("feed-told").textContent = `It could not be copied: ${error.message}`;
    }
  });
}
