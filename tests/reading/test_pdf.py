"""The text of PDFs."""

from __future__ import annotations

import asyncio

import pytest

from standfirst.errors import NoArticle, TooLarge
from standfirst.reading.pdf import MAX_PAGES, extract_text, pdf_text


def pdf(*pages: list[str]) -> bytes:
    """Return a PDF with the lines of ``pages``."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        shown = " ".join(f"({line}) Tj T*" for line in lines)
        content = f"BT /F1 11 Tf 72 720 Td 14 TL {shown} ET".encode("ascii")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R" % len(objects)
        objects.append(page + b" /Resources << /Font << /F1 3 0 R >> >> >>")
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return bytes(out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer)


def test_the_text_of_a_pdf_has_no_running_heads_and_goes_on_from_page_to_page() -> None:
    pages = [["The Courier", "The council voted on", "1"], ["The Courier", "Tuesday to sell it.", "2"]]
    pages[1][1] = "a Tuesday to sell it."
    text = extract_text(pdf(*pages, ["The Courier", "It rained.", "3"]))
    assert text == "The council voted on\na Tuesday to sell it.\n\nIt rained."


def test_a_pdf_is_read_in_a_process_of_its_own() -> None:
    assert asyncio.run(pdf_text(pdf(["The council voted."]))) == "The council voted."


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4 and nothing else", pdf([])], ids=["empty", "damaged", "no text"])
def test_a_pdf_without_text_has_no_article(content: bytes) -> None:
    with pytest.raises(NoArticle, match="no text in the PDF"):
        asyncio.run(pdf_text(content))


def test_a_long_pdf_is_refused_and_not_truncated() -> None:
    with pytest.raises(TooLarge, match=str(MAX_PAGES)):
        asyncio.run(pdf_text(pdf(*[["The council voted."]] * (MAX_PAGES + 1))))
