"""The web page in Chromium: by mouse, by keyboard, on a phone and in the dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.api.running_service import running
from tests.api.scripted_service import STORY, HeldWriter
from tests.models.scripted import ScriptedWriter

_INVENTED = "The council voted 40 to 3 on Friday to sell the Old Mill bridge in Harwick."
_DARK_PHONE = {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark", "has_touch": True}


@contextmanager
def opened(browser: Browser, port: int, path: str = "", **context: Any) -> Iterator[Page]:
    """Open the page. At the end, check that it sent requests to the service only and logged no errors."""
    page = browser.new_page(reduced_motion="reduce", **context)
    messages: list[str] = []
    urls: list[str] = []
    # The browser logs every answer of status 400 and above, which the page handles.
    page.on("console", lambda message: messages.append(message.text) if "Failed to load" not in message.text else None)
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("request", lambda request: urls.append(request.url))
    page.goto(f"http://127.0.0.1:{port}/{path}")
    yield page
    page.close()
    assert [text for text in messages if "Password forms" not in text] == []
    assert urls
    assert all(url.startswith(f"http://127.0.0.1:{port}/") for url in urls)


def brief(page: Page, text: str) -> None:
    """Request a briefing of ``text``, and wait until it is shown beside its article."""
    page.get_by_label("A link, or the text of an article").fill(text)
    page.get_by_role("button", name="Brief it").click()
    expect(page.locator("#article")).to_be_visible()


def lit(page: Page) -> list[str]:
    """Return the highlighted passages of the article."""
    return page.locator("#article .lit").all_inner_texts()


def test_a_briefing_appears_and_each_sentence_highlights_its_passages(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path, ScriptedWriter()) as port, opened(browser, port) as page:
        brief(page, STORY)
        sentences = page.locator("#briefing .sentence")
        assert sentences.count() == 5, "a headline, a standfirst and three points"
        for index in range(sentences.count()):
            sentences.nth(index).hover()
            [passage] = lit(page)
            text = sentences.nth(index).locator("> :first-child").inner_text()
            assert set(re.findall(r"\w+", text)) <= set(re.findall(r"\w+", passage))
        page.mouse.move(0, 0)
        assert lit(page) == []
        page.locator("#article .passage").first.hover()
        assert page.locator("#briefing .sentence.lit").count() >= 1


def test_the_page_says_that_an_article_breaks_off(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path, ScriptedWriter()) as port, opened(browser, port) as page:
        brief(page, STORY)
        expect(page.locator("#progress")).not_to_contain_text("breaks off")
        brief(page, STORY.removesuffix(" to report in February.") + " to…")
        expect(page.locator("#progress")).to_contain_text("breaks off")


def test_the_page_works_with_the_keyboard_only(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path, ScriptedWriter()) as port, opened(browser, port) as page:
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.insert_text(STORY)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#article")).to_be_visible()
        page.locator("#words").focus()
        page.keyboard.press("Tab")
        mark = page.locator("#briefing .mark").first
        expect(mark).to_be_focused()
        assert len(lit(page)) == 1
        page.keyboard.press("Enter")
        expect(mark).to_have_attribute("aria-expanded", "true")
        expect(page.locator("#briefing .backing").first).to_contain_text("In the article's own words")


def test_the_skip_link_stays_in_the_current_view(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path, ScriptedWriter()) as port, opened(browser, port, "#history") as page:
        page.get_by_role("link", name="Skip to the content").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()
        expect(page.locator("#history")).to_be_visible()


def test_an_interrupted_stream_shows_an_error(browser: Browser, tmp_path: Path) -> None:
    writer = HeldWriter()
    with running(tmp_path, writer) as port, opened(browser, port) as page:
        page.get_by_label("A link, or the text of an article").fill(STORY)
        page.route("**/v1/briefings", lambda route: route.abort())
        page.get_by_role("button", name="Brief it").click()
        expect(page.locator("#problem")).to_contain_text("does not answer")
        page.unroute("**/v1/briefings")
        cut = 'event: article\ndata: {"sentences": 3}\n\nevent: sent'
        page.route("**/v1/briefings", lambda route: route.fulfill(body=cut, content_type="text/event-stream"))
        page.get_by_role("button", name="Brief it").click()
        expect(page.locator("#problem")).to_contain_text("broke off")


def test_opening_a_stored_briefing_replaces_the_one_being_made(browser: Browser, tmp_path: Path) -> None:
    writer = HeldWriter()
    writer.go_on.set()
    with running(tmp_path, writer) as port, opened(browser, port) as page:
        brief(page, STORY)
        kept, shown = page.url, page.locator("#briefing .sentence").all_inner_texts()
        writer.go_on.clear()
        writer.writing.clear()
        page.get_by_label("A link, or the text of an article").fill(STORY.replace("bridge", "ferry"))
        page.get_by_role("button", name="Brief it").click()
        assert writer.writing.wait(10)
        page.evaluate("location.hash = '#history'")
        page.evaluate(f"location.hash = '{kept.partition('#')[2]}'")
        expect(page.locator("#article")).to_be_visible()
        writer.go_on.set()
        assert page.url == kept
        assert page.locator("#briefing .sentence").all_inner_texts() == shown


def test_passages_are_found_after_characters_of_two_utf_16_units(browser: Browser, tmp_path: Path) -> None:
    story = "🌉🌉🌉 " + STORY.replace("bridge", "bridge 🌉")
    with running(tmp_path, ScriptedWriter()) as port, opened(browser, port) as page:
        brief(page, story)
        for mark in page.locator("#briefing .mark").all():
            mark.click()
        assert page.locator("#briefing blockquote").count() > 0
        for backing in page.locator("#briefing .backing").all():
            backing.hover()
            shown = backing.locator("xpath=preceding-sibling::*[2]").inner_text()
            assert backing.locator("blockquote").all_inner_texts() == [one for one in lit(page) if one != shown]


def test_a_language_that_is_written_from_the_right_is_shown_from_the_right(browser: Browser, tmp_path: Path) -> None:
    story = "قرر المجلس يوم الثلاثاء إغلاق الجسر لمدة تسعة أشهر. ستكلف الأعمال مليوني جنيه. ستسير الحافلات على الطريق."
    with (
        running(tmp_path, ScriptedWriter()) as port,
        opened(browser, port, viewport={"width": 320, "height": 640}) as page,
    ):
        brief(page, story)
        for words in ("#briefing h2", "#briefing .point", "#article > p:last-child"):
            assert page.locator(words).first.evaluate("one => getComputedStyle(one).direction") == "rtl"
        _check(page, "briefing")


@pytest.mark.parametrize("context", [{}, _DARK_PHONE], ids=["desktop", "phone in the dark"])
def test_axe_finds_no_violation_and_nothing_overflows(
    browser: Browser, tmp_path: Path, context: dict[str, Any]
) -> None:
    writer = ScriptedWriter(lambda _: _INVENTED)
    with running(tmp_path, writer) as port, opened(browser, port, **context) as page:
        brief(page, STORY)
        page.locator("#briefing .mark").first.click()
        page.get_by_text("refused: see why").click()
        _check(page, "briefing")
        page.get_by_role("link", name="Check a summary").click()
        page.get_by_label("A link, or the text of the article").fill(STORY)
        page.get_by_label("The summary").fill(_INVENTED)
        page.get_by_role("button", name="Check it").click()
        expect(page.locator("tr.not_backed")).to_have_count(1)
        _check(page, "summary")
        page.get_by_role("link", name="Feed", exact=True).click()
        page.get_by_label("The address of a publisher's feed").fill("https://example.com/rss")
        page.get_by_role("button", name="Make the address").click()
        _check(page, "feed")
        page.get_by_role("link", name="History").click()
        expect(page.locator("#asked li")).to_have_count(1)
        _check(page, "history")


def _check(page: Page, view: str) -> None:
    page.mouse.move(0, 0)
    found = Axe().run(page)
    assert found.violations_count == 0, f"{view}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), view


def test_markup_in_an_article_never_becomes_part_of_the_page(browser: Browser, tmp_path: Path) -> None:
    hostile = STORY.replace("Harwick council", '<img src=x onerror="alert(1)"><script>alert(2)</script>Harwick council')
    with running(tmp_path, ScriptedWriter()) as port, opened(browser, port) as page:
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        brief(page, hostile)
        expect(page.locator("#article")).to_contain_text('<img src=x onerror="alert(1)">')
        assert page.locator("#result img, #result script").count() == 0


def test_refused_drafts_are_shown_on_request_only(browser: Browser, tmp_path: Path) -> None:
    writer = ScriptedWriter(lambda _: _INVENTED)
    with running(tmp_path, writer) as port, opened(browser, port) as page:
        brief(page, STORY)
        invented = page.get_by_text(_INVENTED)
        assert invented.count() >= 1
        assert not invented.first.is_visible()
        page.get_by_text("refused: see why").click()
        expect(invented.first).to_be_visible()
        assert _INVENTED not in page.locator("#briefing .sentence").all_inner_texts()


def test_the_page_asks_for_a_key_and_then_continues(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path, ScriptedWriter(), api_keys=["open sesame"]) as port, opened(browser, port) as page:
        page.get_by_label("A link, or the text of an article").fill(STORY)
        page.get_by_role("button", name="Brief it").click()
        page.get_by_label("This service asks for a key").fill("open sesame")
        page.get_by_role("button", name="Use it").click()
        expect(page.locator("#article")).to_be_visible()
        expect(page.locator("#key")).to_be_hidden()


def test_an_error_is_shown_in_the_words_of_the_service(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path, ScriptedWriter()) as port, opened(browser, port) as page:
        page.get_by_label("A link, or the text of an article").fill("http://127.0.0.1/")
        page.get_by_role("button", name="Brief it").click()
        expect(page.locator("#problem")).to_contain_text("does not fetch from")
        expect(page.locator("#progress")).to_be_empty()


def test_a_briefing_can_be_stopped_and_frees_its_slot(browser: Browser, tmp_path: Path) -> None:
    writer = HeldWriter()
    with running(tmp_path, writer, queue_size=1) as port, opened(browser, port) as page:
        page.get_by_label("A link, or the text of an article").fill(STORY)
        page.get_by_role("button", name="Brief it").click()
        assert writer.writing.wait(10)
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("#progress")).to_have_text("Stopped.")
        writer.go_on.set()
        brief(page, STORY.replace("Harwick", "Marlow"))


def test_the_history_finds_and_opens_a_stored_briefing(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path, ScriptedWriter()) as port, opened(browser, port) as page:
        brief(page, STORY)
        shown = page.locator("#briefing .sentence").all_inner_texts()
        brief(page, STORY.replace("bridge", "ferry"))
        page.get_by_role("link", name="History").click()
        expect(page.locator("#asked li")).to_have_count(2)
        page.get_by_label("Words that the briefing must have").fill("BRIDGE")
        expect(page.locator("#asked li")).to_have_count(1)
        page.get_by_label("Words that the briefing must have").fill("zeppelin")
        expect(page.locator("#found")).to_contain_text("No briefing")
        page.get_by_label("Words that the briefing must have").fill("bridge")
        page.locator("#asked a").click()
        expect(page.locator("#article")).to_be_visible()
        assert page.locator("#briefing .sentence").all_inner_texts() == shown


def test_the_address_of_a_feed_of_briefings_is_made_and_copied(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path, ScriptedWriter()) as port, opened(browser, port, "#feed") as page:
        page.get_by_label("The address of a publisher's feed").fill("https://example.com/rss?a=1&b=2")
        page.get_by_role("button", name="Make the address").click()
        address = page.get_by_label("The address to subscribe to").input_value()
        assert address == f"http://127.0.0.1:{port}/v1/feed?url=https%3A%2F%2Fexample.com%2Frss%3Fa%3D1%26b%3D2"
        page.get_by_role("button", name="Copy").click()
        expect(page.locator("#feed-told")).to_have_text("Copied.")


def test_a_summary_is_shown_beside_its_passages(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path, ScriptedWriter()) as port, opened(browser, port, "#verify") as page:
        page.get_by_label("A link, or the text of the article").fill(STORY)
        page.get_by_label("The summary").fill(f"{STORY.split('. ')[0]}. {_INVENTED}")
        page.get_by_role("button", name="Check it").click()
        expect(page.locator("tr.backed")).to_have_count(1)
        expect(page.locator("tr.not_backed")).to_contain_text("40")
        expect(page.locator("#check-progress")).to_contain_text("backs 1 and does not back 1")
        assert page.locator("tr.backed blockquote").inner_text() in STORY


def test_the_words_are_marked_that_the_article_has_others_for(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path, ScriptedWriter()) as port, opened(browser, port, "#verify") as page:
        page.get_by_label("A link, or the text of the article").fill(STORY)
        page.get_by_label("The summary").fill("😀 The work will cost £3.4m. The roadworks please nobody in town.")
        page.get_by_role("button", name="Check it").click()
        expect(page.locator("tr.not_backed mark")).to_have_text(["£3.4m", "£2.4m"])
        expect(page.locator("tr.undecided")).to_contain_text("Undecided")


def test_a_shared_link_is_not_submitted_before_the_reader_does(browser: Browser, tmp_path: Path) -> None:
    shared = "?title=Bridge&text=Read+this:+https://example.com/story"
    with running(tmp_path, ScriptedWriter()) as port, opened(browser, port, shared) as page:
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url))
        expect(page.get_by_label("A link, or the text of an article")).to_have_value("https://example.com/story")
        expect(page.get_by_role("button", name="Brief it")).to_be_focused()
        assert page.url == f"http://127.0.0.1:{port}/"
        assert not any("/v1/" in url for url in sent)


@pytest.mark.parametrize(
    ("name", "form"), [("Markdown", "text/markdown"), ("HTML", "text/html"), ("plain text", "text/plain")]
)
def test_a_briefing_is_copied_as_the_service_renders_it(browser: Browser, tmp_path: Path, name: str, form: str) -> None:
    allowed = ["clipboard-read", "clipboard-write"]
    with running(tmp_path, ScriptedWriter()) as port, opened(browser, port, permissions=allowed) as page:
        brief(page, STORY)
        page.get_by_role("button", name=name).click()
        expect(page.locator("#progress")).to_have_text(f"Copied as {name}.")
        given = page.request.get(
            f"http://127.0.0.1:{port}/v1/briefings/{page.url.partition('=')[2]}", headers={"Accept": form}
        )
        assert page.evaluate("navigator.clipboard.readText()") == given.text()


def test_the_sample_article_can_be_loaded(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path, ScriptedWriter()) as port, opened(browser, port) as page:
        page.get_by_role("button", name="Try a sample").click()
        expect(page.locator("#briefing h2")).to_have_text("Harwick bridge to close for nine months")
