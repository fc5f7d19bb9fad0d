"""HTML of briefings and digests."""

from __future__ import annotations

from dataclasses import replace

import lxml.html

from standfirst.rendering.html import DIGEST_POLICY, briefing_to_html, digest_to_html
from tests.rendering.samples import ARTICLE, briefing, digest


def test_a_briefing_is_a_fragment_whose_texts_are_escaped() -> None:
    html = briefing_to_html(ARTICLE, briefing("<b>Bridge</b>", "Shut & barred.", "One."))
    assert html == (
        "<h1>&lt;b&gt;Bridge&lt;/b&gt;</h1>\n<p>Shut &amp; barred.</p>\n<ul>\n<li>One.</li>\n</ul>\n"
        '<p><a href="https://example.com/bridge?a=1&amp;b=2">Harwick &amp; District News</a></p>\n'
    )


def test_only_an_http_url_becomes_a_link() -> None:
    article = replace(ARTICLE, url="javascript:alert(1)")
    assert "<a" not in briefing_to_html(article, briefing("Bridge", "Shut."))
    page = lxml.html.fromstring(digest_to_html(digest("Bridge", "javascript:alert(1)")))
    assert not page.xpath("//ul[@class='articles']//a")


def test_a_digest_is_a_page_without_scripts_that_shows_texts_as_they_are() -> None:
    html = digest_to_html(digest("<script>x</script>", "https://example.com/a", text="<img src=x> burns"))
    page = lxml.html.fromstring(html)
    assert not page.xpath("//script | //img")
    assert page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content") == [DIGEST_POLICY]
    assert "<img src=x> burns" in page.xpath("string(//h2)")
    [link] = page.xpath("//ul[@class='articles']//a")
    assert (link.get("href"), link.text) == ("https://example.com/a", "<script>x</script>")
