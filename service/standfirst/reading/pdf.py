"""The text of a PDF, by pypdf in a process of its own.

A PDF is a program of sorts, and a small one can keep a reader busy for hours or fill the memory. The process has limits
of time and memory and is killed at the end of the first; the service itself never parses a PDF.
"""

from __future__ import annotations

import asyncio
import resource
import sys
from collections import Counter
from io import BytesIO

from standfirst.errors import NoArticle, TooLarge

MEDIA_TYPE = "application/pdf"
#: An article has fewer pages. A longer document is refused, since nothing is truncated to fit.
MAX_PAGES = 40
_MAX_SECONDS = 20
_MAX_MEMORY = 1 << 30
#: A line at the head or foot of so many pages is no part of the text.
_MIN_RUNNING_PAGES = 3

_TOO_MANY_PAGES, _UNREADABLE = 3, 4


async def pdf_text(content: bytes) -> str:
    """Return the text of a PDF, its lines as they are set, with a blank line between two pages.

    Raises ``TooLarge`` for more than ``MAX_PAGES`` or more work than one article takes, and ``NoArticle`` for a PDF
    that cannot be read or holds no text, such as a scan.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_MAX_SECONDS):
            output, _ = await process.communicate(content)
    except TimeoutError:
        raise TooLarge(f"The PDF takes more than {_MAX_SECONDS} s to read. Send its text.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode == _TOO_MANY_PAGES:
        raise TooLarge(f"The PDF has more than the {MAX_PAGES} pages that this service reads.")
    text = output.decode("utf-8", errors="replace")
    if process.returncode != 0 or not text.strip():
        raise NoArticle(
            "There is no text in the PDF that can be read: it is damaged, encrypted or a picture of a text."
        )
    return text


def extract_text(content: bytes) -> str | None:
    """Return the text of a PDF without running heads, or None if it has more than ``MAX_PAGES``."""
    # Imported here, because the service itself does not need it.
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(content))
    if len(reader.pages) > MAX_PAGES:
        return None
    pages = [[line.strip() for line in page.extract_text().splitlines()] for page in reader.pages]
    ends = Counter(line for page in pages for line in {*page[:2], *page[-2:]} if line)
    running = {line for line, count in ends.items() if count >= _MIN_RUNNING_PAGES}
    text = ""
    for page in pages:
        numbers = {line for line in (*page[:1], *page[-1:]) if line.isdigit()}
        body = "\n".join(line for line in page if line not in running | numbers)
        # A sentence goes on from page to page.
        goes_on = body[:1].islower() or text[-1:] == "-"
        text += f"{'' if not text else chr(10) if goes_on else 2 * chr(10)}{body}"
    return text


def _main() -> int:
    """Read a PDF from the standard input, and write its text."""
    resource.setrlimit(resource.RLIMIT_CPU, (_MAX_SECONDS, _MAX_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, _MAX_MEMORY))
    try:
        text = extract_text(sys.stdin.buffer.read())
    except Exception:  # pypdf raises errors of many kinds for damaged files
        return _UNREADABLE
    if text is None:
        return _TOO_MANY_PAGES
    sys.stdout.buffer.write(text.encode("utf-8", errors="replace"))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
