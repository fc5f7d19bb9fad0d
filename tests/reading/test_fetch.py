"""Fetching from real sockets on loopback, which these tests allow."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import subprocess
from collections.abc import Awaitable, Callable
from dataclasses import replace
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from standfirst.errors import FetchFailed, FetchForbidden, NotText, StandfirstError, TooLarge
from standfirst.reading.addresses import Address
from standfirst.reading.fetch import FetchPolicy, Page, fetch

Handler = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]
LOOPBACK = ip_address("127.0.0.1")
PAGE = b"<html><body><p>The bridge is closed.</p></body></html>"


def answer(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    headers_sent = {"Content-Type": "text/html", "Content-Length": str(len(body))} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers_sent.items() if value)
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


class Site:
    """A server whose connections are answered by ``handle``. It records the requests."""

    def __init__(self, handle: Handler | bytes, context: ssl.SSLContext | None = None) -> None:
        self._handle = handle
        self._context = context
        self.requests: list[bytes] = []
        self.port = 0
        self.closed = asyncio.Event()

    async def __aenter__(self) -> Site:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            self.requests.append(request)
            if isinstance(self._handle, bytes):
                writer.write(self._handle)
                await writer.drain()
            else:
                await self._handle(request, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.closed.set()
            writer.close()

    def policy(self, **changes: object) -> FetchPolicy:
        opened = FetchPolicy(
            max_bytes=100_000,
            timeout_s=5,
            max_redirects=3,
            ports=frozenset({self.port}),
            networks=(ip_network("127.0.0.0/8"),),
        )
        return replace(opened, **changes)  # type: ignore[arg-type]


async def to_loopback(host: str, port: int) -> list[Address]:
    return [LOOPBACK]


def fetched(handle: Handler | bytes, path: str = "/story", **changes: object) -> Page:
    async def run() -> Page:
        async with Site(handle) as site:
            url = f"http://news.test:{site.port}{path}"
            return await asyncio.wait_for(fetch(url, site.policy(**changes), to_loopback), 20)

    return asyncio.run(run())


def test_a_page_has_its_media_type_and_charset() -> None:
    page = fetched(answer(PAGE, Content_Type="text/html; charset=ISO-8859-1"))
    assert (page.content, page.media_type, page.charset) == (PAGE, "text/html", "iso-8859-1")


def test_the_request_has_only_the_expected_headers() -> None:
    async def run() -> bytes:
        async with Site(answer(PAGE)) as site:
            await fetch(f"http://news.test:{site.port}/story?a=1#part", site.policy(), to_loopback)
            return site.requests[0]

    request = asyncio.run(run()).decode()
    assert request.startswith("GET /story?a=1 HTTP/1.1\r\n")
    assert "\r\nHost: news.test:" in request
    assert "\r\nUser-Agent: Standfirst/" in request
    assert "cookie" not in request.lower()


def test_a_gzip_body_is_decompressed() -> None:
    assert fetched(answer(gzip.compress(PAGE), Content_Encoding="gzip")).content == PAGE
    two = gzip.compress(PAGE) + gzip.compress(PAGE)
    assert fetched(answer(two, Content_Encoding="gzip")).content == PAGE * 2


def test_redirects_are_followed_to_the_page() -> None:
    async def handle(request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(PAGE) if b"GET /end" in request else answer(b"", "302 Found", Location="../end?x=1"))

    page = fetched(handle, "/a/b")
    assert page.content == PAGE
    assert page.url.endswith("/end?x=1")


@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("file:///etc/passwd", FetchForbidden),
        ("http://news.test:1/", FetchForbidden),
        ("http://user:pass@news.test/", FetchForbidden),
        ("gopher://news.test/", FetchForbidden),
        ("http://[::1", FetchFailed),
        ("/story", FetchFailed),
    ],
)
def test_a_redirect_is_checked_like_the_first_address(location: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        fetched(answer(b"", "302 Found", Location=location))


def test_a_redirect_into_the_network_opens_no_connection() -> None:
    async def run() -> None:
        async with Site(answer(PAGE)) as inside:
            async with Site(answer(b"", "302 Found", Location=f"http://inside.test:{inside.port}/")) as outside:
                policy = outside.policy(
                    ports=frozenset({inside.port, outside.port}), networks=(ip_network("127.0.0.1/32"),)
                )

                async def resolve(host: str, port: int) -> list[Address]:
                    return [ip_address("127.0.0.2" if host == "inside.test" else "127.0.0.1")]

                with pytest.raises(FetchForbidden):
                    await fetch(f"http://news.test:{outside.port}/", policy, resolve)
                assert inside.requests == []

    asyncio.run(run())


def test_a_name_is_resolved_only_once() -> None:
    async def run() -> None:
        async with Site(answer(PAGE)) as site:
            answers = [[ip_address("127.0.0.1")], [ip_address("10.0.0.1")]]

            async def resolve(host: str, port: int) -> list[Address]:
                return answers.pop(0)

            page = await fetch(f"http://news.test:{site.port}/", site.policy(), resolve)
            assert page.content == PAGE
            assert len(answers) == 1, "resolved once, and connected to that address"

    asyncio.run(run())


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0"]
)
def test_loopback_in_any_spelling_is_refused(host: str) -> None:
    async def run() -> None:
        async with Site(answer(PAGE)) as site:
            with pytest.raises(StandfirstError):
                await fetch(f"http://{host}:{site.port}/", replace(site.policy(), networks=()))
            assert site.requests == []

    asyncio.run(run())


def test_one_forbidden_address_of_several_is_refused() -> None:
    async def run() -> None:
        async with Site(answer(PAGE)) as site:

            async def resolve(host: str, port: int) -> list[Address]:
                return [LOOPBACK, ip_address("10.0.0.1")]

            with pytest.raises(FetchForbidden):
                await fetch(f"http://news.test:{site.port}/", site.policy(), resolve)
            assert site.requests == []

    asyncio.run(run())


def test_the_next_address_is_tried_where_one_does_not_answer() -> None:
    async def run() -> None:
        async with Site(answer(PAGE)) as site:

            async def resolve(host: str, port: int) -> list[Address]:
                return [ip_address("127.0.0.9"), LOOPBACK]

            assert (await fetch(f"http://news.test:{site.port}/", site.policy(), resolve)).content == PAGE

    asyncio.run(run())


@pytest.mark.parametrize(
    "url", ["", "news.test", "ftp://news.test/", "http://", "http://a b/", "http://[::1", "javascript:1"]
)
def test_a_url_that_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(FetchFailed):
        asyncio.run(fetch(url, FetchPolicy(), to_loopback))


def test_an_unknown_host_is_reported() -> None:
    async def nowhere(host: str, port: int) -> list[Address]:
        raise OSError("no such name")

    with pytest.raises(FetchFailed, match=r"no host named nowhere\.test"):
        asyncio.run(fetch("http://nowhere.test/", FetchPolicy(), nowhere))


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "204 No Content", "301 Moved"])
def test_another_status_than_200_is_reported(status: str) -> None:
    with pytest.raises(FetchFailed, match=status[:3]):
        fetched(answer(b"" if status.startswith("2") else b"no", status))


@pytest.mark.parametrize("kind", ["image/png", "application/pdf", "application/octet-stream", "video/mp4"])
def test_another_media_type_is_refused(kind: str) -> None:
    with pytest.raises(NotText):
        fetched(answer(PAGE, Content_Type=kind))


def test_binary_content_declared_as_html_is_refused() -> None:
    with pytest.raises(NotText):
        fetched(answer(b"\x89PNG\0\0\0"))


def test_a_page_over_the_limit_is_refused_by_its_actual_size() -> None:
    with pytest.raises(TooLarge):
        fetched(answer(b"x" * 200_000))

    async def endless(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
            await writer.drain()

    with pytest.raises(TooLarge):
        fetched(endless)


def test_a_decompression_bomb_is_stopped_at_the_limit() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(TooLarge):
        fetched(answer(bomb, Content_Encoding="gzip"))


@pytest.mark.parametrize(
    "packed",
    [b"not gzip at all", gzip.compress(PAGE * 50)[:-12], gzip.compress(PAGE)[:20] + b"\0" * 20],
    ids=["not gzip", "cut off", "spoiled"],
)
def test_broken_or_incomplete_gzip_is_refused(packed: bytes) -> None:
    with pytest.raises(FetchFailed):
        fetched(answer(packed, Content_Encoding="gzip"))


def test_an_unrequested_encoding_is_refused() -> None:
    with pytest.raises(FetchFailed):
        fetched(answer(PAGE, Content_Encoding="br"))


def test_an_incomplete_page_is_refused() -> None:
    with pytest.raises(FetchFailed, match="broke"):
        fetched(answer(PAGE, Content_Length="5000"))


async def slow_head(_: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while not writer.is_closing():
        writer.write(b"X: y\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)


async def slow_body(_: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def silence(_: bytes, writer: asyncio.StreamWriter) -> None:
    while not writer.is_closing():
        await asyncio.sleep(0.05)


async def informational(_: bytes, writer: asyncio.StreamWriter) -> None:
    while not writer.is_closing():
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("handle", [slow_head, slow_body, silence, informational])
def test_the_timeout_holds_for_the_whole_request(handle: Handler) -> None:
    with pytest.raises(FetchFailed, match=r"within 0\.3 s"):
        fetched(handle, timeout_s=0.3)


async def header_flood(_: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while not writer.is_closing():
        writer.write(b"X: " + b"y" * 10_000 + b"\r\n")
        await writer.drain()


def test_a_flood_of_headers_is_refused() -> None:
    with pytest.raises(FetchFailed):
        fetched(header_flood)


def test_a_server_of_another_protocol_is_reported() -> None:
    with pytest.raises(FetchFailed):
        fetched(b"SSH-2.0-OpenSSH_9.2\r\n")


def test_cancellation_closes_the_connection() -> None:
    async def run() -> None:
        async with Site(silence) as site:
            task = asyncio.create_task(fetch(f"http://news.test:{site.port}/", site.policy(), to_loopback))
            while not site.requests:
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(asyncio.wait_for(run(), 10))


@pytest.mark.process
def test_an_untrusted_certificate_is_refused_and_the_host_name_is_sent(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=news.test",
         "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    names: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)

    async def run() -> None:
        async with Site(answer(PAGE), context) as site:
            with pytest.raises(FetchFailed, match="certificate"):
                await fetch(f"https://news.test:{site.port}/", site.policy(), to_loopback)
            assert site.requests == []

    asyncio.run(run())
    assert names == ["news.test"]
