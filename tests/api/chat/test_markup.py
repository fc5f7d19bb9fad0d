"""The markup of an article in a message."""

from __future__ import annotations

from standfirst.api.chat.markup import fragment_text, is_fragment, is_page, strip_markdown


def test_the_markup_of_markdown_is_removed() -> None:
    text = (
        "# The *bridge*\n\n> **Harwick** `council` [voted](https://example.com/a_b) _14_ to 3\\. ![x](y.png)\n\n"
        "snake_case 2 * 3 * 4 [note]"
    )
    assert strip_markdown(text) == ("The bridge\n\nHarwick council voted 14 to 3. \n\nsnake_case 2 * 3 * 4 [note]")


def test_fragments_and_pages_of_html_are_recognised_and_plain_text_is_neither() -> None:
    assert is_page("<!DOCTYPE html><html><body><p>Harwick</p></body></html>")
    assert is_fragment("<p>Harwick</p>")
    assert not is_page("<p>Harwick</p>")
    assert not is_fragment("Costs rose by <5 per cent.")


def test_hidden_elements_and_comments_are_not_part_of_a_fragments_text() -> None:
    html = "<p>One <b>bridge</b></p><!-- no --><script>no()</script><ul><li>Two</li></ul>three"
    assert fragment_text(html) == "One bridge\nTwo\nthree"
