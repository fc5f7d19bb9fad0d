"""Fetching a page, without being led where this service must not go, and never for longer or more than allowed.

Each address is resolved once, every answer checked, and the connection pinned to a checked one: a name that
resolves to something else a moment later changes nothing. Each redirect is checked anew. Knows nothing of HTML.
"""

from __future__ import annotations

import asyncio
import ssl
import zlib
from collections.abc import AsyncIterator, Mapping, Set
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache

import httpx2

from standfirst import __version__
from standfirst.errors import FetchFailed, FetchForbidden, NotText, TooLarge
from standfirst.reading import addresses
from standfirst.reading.addresses import Address, Network, Resolve

_HEADERS = {
    "User-Agent": f"Standfirst/{__version__}",
    "Accept": "text/html, application/xhtml+xml, text/plain;q=0.8",
    "Accept-Encoding": "gzip",
}
_PORTS = {"http": 80, "https": 443}
_READABLE = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """How far fetching may go: bytes before and after unpacking, seconds in all, redirects, ports.

    ``networks`` are those that may be fetched from although they are not public.
    """

    max_bytes: int = 5_000_000
    timeout_s: float = 15.0
    max_redirects: int = 5
    ports: frozenset[int] = frozenset({80, 443})
    networks: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What came: from which address in the end, of which kind, in which charset where the server said."""

    url: str
    content: bytes
    media_type: str
    charset: str | None


async def fetch(
    url: str, policy: FetchPolicy, resolve: Resolve = addresses.resolve, *, others: Set[str] = frozenset()
) -> Page:
    """Fetch ``url``, following redirects: a page, or what is of one of the ``others``, media types.

    Raises ``FetchForbidden`` where ``url`` or a redirect leads to what must not be fetched, ``FetchFailed`` with
    the reason where it could not be, ``TooLarge`` over ``policy.max_bytes``, and ``NotText``. A caller that is
    cancelled closes the connection.
    """
    try:
        async with asyncio.timeout(policy.timeout_s):
            place = parsed(url, policy)
            for _ in range(policy.max_redirects + 1):
                arrived = await _hop(place, policy, resolve, others)
                if isinstance(arrived, Page):
                    return arrived
                place = arrived
    except TimeoutError:
        raise FetchFailed(f"The page did not come within {policy.timeout_s:g} seconds.") from None
    raise FetchFailed(f"The page was redirected more than {policy.max_redirects} times.")


async def post(
    url: str, body: bytes, headers: dict[str, str], policy: FetchPolicy, resolve: Resolve = addresses.resolve
) -> int:
    """Send ``body`` to ``url``, to which the same holds as to a page's; the status of the answer, which is not read.

    No redirect is followed. Raises ``FetchForbidden`` and ``FetchFailed``.
    """
    try:
        async with asyncio.timeout(policy.timeout_s):
            sending = {"User-Agent": _HEADERS["User-Agent"], **headers}
            async with _answer("POST", parsed(url, policy), sending, body, policy, resolve) as response:
                return response.status_code
    except TimeoutError:
        raise FetchFailed(f"There was no answer within {policy.timeout_s:g} seconds.") from None


def parsed(url: str, policy: FetchPolicy) -> httpx2.URL:
    """What ``url`` says, as far as that is known without asking for its host.

    Raises ``FetchFailed`` where it cannot be read, and ``FetchForbidden`` for a scheme, port or user not allowed.
    """
    try:
        place = httpx2.URL(url.strip())
    except (httpx2.InvalidURL, UnicodeError) as error:
        raise FetchFailed("The URL cannot be read. It should look like https://example.com/story.") from error
    if place.scheme not in _PORTS or not place.host:
        raise FetchForbidden("Only http:// and https:// URLs are fetched.")
    if place.userinfo:
        raise FetchForbidden("A URL with a user name or password in it is not fetched.")
    if _port(place) not in policy.ports:
        raise FetchForbidden(f"Pages are not fetched from port {_port(place)}.")
    return place.copy_with(fragment=None)


def _port(url: httpx2.URL) -> int:
    return _PORTS[url.scheme] if url.port is None else url.port


async def _hop(url: httpx2.URL, policy: FetchPolicy, resolve: Resolve, others: Set[str]) -> Page | httpx2.URL:
    """One request: the page, or where it is redirected to."""
    headers = {**_HEADERS, "Accept": ", ".join([*sorted(others), _HEADERS["Accept"]])}
    async with _answer("GET", url, headers, b"", policy, resolve) as response:
        try:
            return await _taken(url, response, policy, others)
        except httpx2.HTTPError as error:
            raise FetchFailed("The connection broke before the page had come.") from error


@asynccontextmanager
async def _answer(
    method: str, url: httpx2.URL, headers: Mapping[str, str], body: bytes, policy: FetchPolicy, resolve: Resolve
) -> AsyncIterator[httpx2.Response]:
    """The answer to one request, sent to the first of the host's addresses, all of them checked, that takes it."""
    candidates = await _checked(url, policy, resolve)
    transport = httpx2.AsyncHTTPTransport(verify=await asyncio.to_thread(_trusted), trust_env=False, retries=0)
    async with httpx2.AsyncClient(transport=transport, trust_env=False, timeout=policy.timeout_s) as client:
        for address in candidates:
            pinned = url.copy_with(host=str(address))
            request = client.build_request(
                method,
                pinned,
                content=body or None,
                headers={**headers, "Host": url.netloc.decode("ascii")},
                # The certificate is asked for, and checked, by the page's name, not by the address.
                extensions={"sni_hostname": url.raw_host.decode("ascii")},
            )
            try:
                response = await client.send(request, stream=True, follow_redirects=False)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                if address is candidates[-1]:
                    raise FetchFailed(_why(error)) from error
                continue
            except httpx2.HTTPError as error:
                raise FetchFailed(_why(error)) from error
            try:
                yield response
            finally:
                await response.aclose()
            return
    raise FetchFailed("The page's name has no address.")


@cache
def _trusted() -> ssl.SSLContext:
    """Whom certificates are believed from. Read once, in a thread: it takes longer than many a page."""
    return httpx2.create_ssl_context(trust_env=False)


async def _checked(url: httpx2.URL, policy: FetchPolicy, resolve: Resolve) -> list[Address]:
    """The addresses of ``url``'s host, all of them allowed: one that is not makes the whole name suspect."""
    try:
        found = await resolve(url.raw_host.decode("ascii").strip("[]"), _port(url))
    except (OSError, UnicodeError) as error:
        raise FetchFailed(f"There is no host named {url.host}.") from error
    if not all(addresses.is_allowed(address, policy.networks) for address in found):
        raise FetchForbidden("The URL leads into a network that this service does not fetch from.")
    return found


async def _taken(
    url: httpx2.URL, response: httpx2.Response, policy: FetchPolicy, others: Set[str]
) -> Page | httpx2.URL:
    if response.status_code in _REDIRECTS and "location" in response.headers:
        try:
            return parsed(str(url.join(response.headers["location"])), policy)
        except httpx2.InvalidURL as error:
            raise FetchFailed("The page redirects to something that is no URL.") from error
    if response.status_code != httpx2.codes.OK:
        raise FetchFailed(f"The page answered with status {response.status_code}.")
    media_type, charset = _kind(response.headers.get("content-type", ""))
    if media_type and media_type not in _READABLE | others:
        raise NotText(f"The page is {media_type}, neither text nor HTML.")
    content = await _body(response, policy.max_bytes)
    if b"\0" in content[:1024] and not charset and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotText("The page is neither text nor HTML.")
    return Page(str(url), content, media_type or "text/html", charset)


async def _body(response: httpx2.Response, max_bytes: int) -> bytes:
    """The body, unpacked as it comes: neither what comes nor what it unpacks to goes over ``max_bytes``."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "gzip", "x-gzip", ""}:
        raise FetchFailed("The page came packed in a way that was not asked for.")
    packed = encoding.endswith("gzip")
    unpacker = zlib.decompressobj(wbits=31)
    whole = True
    body = bytearray()
    came = 0
    async for chunk in response.aiter_raw():
        came += len(chunk)
        try:
            while packed and chunk and len(body) <= max_bytes:
                body += unpacker.decompress(chunk, max_bytes + 1 - len(body))
                chunk, whole = unpacker.unconsumed_tail, unpacker.eof
                if whole:  # a gzip body may have several members
                    chunk, unpacker = unpacker.unused_data, zlib.decompressobj(wbits=31)
        except zlib.error as error:
            raise FetchFailed("The page's gzip is broken.") from error
        if not packed:
            body += chunk
        if max(came, len(body)) > max_bytes:
            raise TooLarge(f"The page has more than the {max_bytes} bytes that this service fetches.")
    if not whole:
        raise FetchFailed("The page's gzip ends too early.")
    return bytes(body)


def _kind(header: str) -> tuple[str, str | None]:
    media_type, *parameters = (part.strip().lower() for part in header.split(";"))
    charset = next((value[8:].strip("\"' ") for value in parameters if value.startswith("charset=")), None)
    return media_type, charset or None


def _why(error: Exception) -> str:
    if "CERTIFICATE" in str(error).upper():
        return "The page's certificate could not be verified."
    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
        return "The page's host could not be connected to."
    return "The page's host does not answer as a web server does."
