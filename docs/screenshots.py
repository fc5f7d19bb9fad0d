"""The pictures of the page in the docs, taken anew of a running service: ``python docs/screenshots.py URL``.

Needs Debian's chromium, and the models that the service runs.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

_IMAGES = Path(__file__).parent / "images"
_SUMMARY = (
    "Harwick council voted to close the Old Mill bridge for nine months. "
    "The work will cost £3.4m, of which the county will pay £1.5m. The council will sell the bridge."
)


def take(browser: Browser, url: str) -> None:
    """Take them of the sample's briefing and of a summary that is checked."""
    page = browser.new_page(reduced_motion="reduce", viewport={"width": 1200, "height": 900})
    page.goto(url)
    page.get_by_role("button", name="Try a sample").click()
    expect(page.locator("#article")).to_be_visible(timeout=60_000)
    article = page.locator("#source").input_value()
    page.locator("#briefing .point").first.hover()
    page.screenshot(path=_IMAGES / "page.png")
    page.get_by_role("link", name="Check a summary").click()
    page.get_by_label("A link, or the text of the article").fill(article)
    page.get_by_label("The summary").fill(_SUMMARY)
    page.get_by_role("button", name="Check it").click()
    expect(page.locator("table")).to_be_visible(timeout=60_000)
    page.screenshot(path=_IMAGES / "verify.png", full_page=True)


if __name__ == "__main__":
    with sync_playwright() as playwright:
        take(playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"]), sys.argv[1])
