"""The pictures of the page in the docs, taken anew of a running service: ``python docs/screenshots.py URL``.

Needs Debian's chromium, and the models that the service runs.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

_IMAGES = Path(__file__).parent / "images"
_SUMMARY = (
    "Harwick council voted to close the Old Mill bridge for nine months. "
    "The work will cost £3.4m, of which the county will pay £1.5m. The council will sell the bridge."
)
_PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "device_scale_factor": 2}


def opened(browser: Browser, url: str, **context: Any) -> Page:
    """The page, with the sample's briefing."""
    page = browser.new_page(reduced_motion="reduce", **context)
    page.goto(url)
    page.get_by_role("button", name="Try a sample").click()
    expect(page.locator("#article")).to_be_visible(timeout=60_000)
    return page


def take(browser: Browser, url: str) -> None:
    """Take all of them."""
    page = opened(browser, url, viewport={"width": 1200, "height": 900})
    article = page.locator("#source").input_value()
    page.locator("#briefing .point").first.hover()
    page.screenshot(path=_IMAGES / "page.png")
    page.get_by_role("link", name="Check a summary").click()
    page.get_by_label("A link, or the text of the article").fill(article)
    page.get_by_label("The summary").fill(_SUMMARY)
    page.get_by_role("button", name="Check it").click()
    expect(page.locator("table")).to_be_visible(timeout=60_000)
    page.screenshot(path=_IMAGES / "verify.png", full_page=True)
    phone = opened(browser, url, **_PHONE)
    phone.locator("#briefing .mark").nth(1).click()
    phone.locator("#result").scroll_into_view_if_needed()
    phone.evaluate("scrollTo(0, document.getElementById('progress').offsetTop)")
    phone.screenshot(path=_IMAGES / "phone.png")


if __name__ == "__main__":
    with sync_playwright() as playwright:
        take(playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"]), sys.argv[1])
