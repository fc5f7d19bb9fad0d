"""Fetching of pages from permitted addresses only, within limits of time and size.

Each host is resolved once, all its addresses are checked, and the connection is pinned to a checked address, so that
a name that resolves to another address later (DNS rebinding) changes nothing. Each redirect is checked again.
"""

from __future__ import annotations

import asyncio
import ssl
import zlib
from collections.abc import AsyncIterator, Mapping, Set
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
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
    """The limits of fetching.

    ``max_bytes`` holds before and after decompression, ``timeout_s`` for the whole request in seconds. ``networks``
    are networks that may be fetched from although they are not public.
    """

    max_bytes: int = 5_000_000
    timeout_s: float = 15.0
    max_redirects: int = 5
    ports: frozenset[int] = frozenset({80, 443})
    networks: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched page. ``url`` is its address after redirects, ``charset`` the encoding that the server declares.

    ``headers`` are those of the answer, with names in lower case.
    """

    url: str
    content: bytes
    media_type: str
    charset: str | None
    headers: Mapping[str, str] = field(default_factory=dict)


async def fetch(
    url: str, policy: FetchPolicy, resolve: Resolve = addresses.resolve, *, extra_types: Set[str] = frozenset()
) -> Page:
    """Fetch ``url``, following redirects.

    Accepts HTML, plain text and the media types in ``extra_types``. Raises ``FetchForbidden`` where ``url`` or a
    redirect must not be fetched, ``FetchFailed`` with the reason where fetching fails, ``TooLarge`` over
    ``policy.max_bytes``, and ``NotText`` for another media type. Cancellation closes the connection.
    """
    page = await _follow(url, policy, resolve, extra_types, {})
    if page is None:
        raise FetchFailed(f"The page answered with status {httpx2.codes.NOT_MODIFIED.value}.")
    return page


async def fetch_if_changed(
    url: str,
    policy: FetchPolicy,
    validators: Mapping[str, str],
    resolve: Resolve = addresses.resolve,
    *,
    extra_types: Set[str] = frozenset(),
) -> Page | None:
    """Fetch ``url`` as ``fetch`` does, with ``If-None-Match`` and ``If-Modified-Since`` if ``validators`` has them.

    Return None if the server says that the page has not changed.
    """
    return await _follow(url, policy, resolve, extra_types, validators)


async def _follow(
    url: str, policy: FetchPolicy, resolve: Resolve, extra_types: Set[str], validators: Mapping[str, str]
) -> Page | None:
    """Return the page after the redirects, or None if it has not changed."""
    try:
        async with asyncio.timeout(policy.timeout_s):
            target = parse_url(url, policy)
            for _ in range(policy.max_redirects + 1):
                result = await _get(target, policy, resolve, extra_types, validators)
                if not isinstance(result, httpx2.URL):
                    return result
                target = result
    except TimeoutError:
        raise FetchFailed(f"The page did not come within {policy.timeout_s:g} s.") from None
    raise FetchFailed(f"The page was redirected more than {policy.max_redirects} times.")


async def post(
    url: str, body: bytes, headers: dict[str, str], policy: FetchPolicy, resolve: Resolve = addresses.resolve
) -> int:
    """Send ``body`` to ``url`` under the same policy as for pages, and return the HTTP status of the response.

    The response's body is not read and no redirect is followed. Raises ``FetchForbidden`` and ``FetchFailed``.
    """
    try:
        async with asyncio.timeout(policy.timeout_s):
            headers = {"User-Agent": _HEADERS["User-Agent"], **headers}
            async with _send("POST", parse_url(url, policy), headers, body, policy, resolve) as response:
                return response.status_code
    except TimeoutError:
        raise FetchFailed(f"There was no answer within {policy.timeout_s:g} s.") from None


def parse_url(url: str, policy: FetchPolicy) -> httpx2.URL:
    """Parse and check ``url``, as far as that is possible without resolving its host.

    Raises ``FetchFailed`` where it is malformed, and ``FetchForbidden`` for a scheme, a port or user info that is not
    allowed.
    """
    try:
        target = httpx2.URL(url.strip())
    except (httpx2.InvalidURL, UnicodeError) as error:
        raise FetchFailed("The URL cannot be read. It should look like https://example.com/story.") from error
    if target.scheme not in _PORTS or not target.host:
        raise FetchForbidden("Only http:// and https:// URLs are fetched.")
    if target.userinfo:
        raise FetchForbidden("A URL with a user name or password in it is not fetched.")
    if _port(target) not in policy.ports:
        raise FetchForbidden(f"Pages are not fetched from port {_port(target)}.")
    return target.copy_with(fragment=None)


def _port(url: httpx2.URL) -> int:
    return _PORTS[url.scheme] if url.port is None else url.port


async def _get(
    url: httpx2.URL, policy: FetchPolicy, resolve: Resolve, extra_types: Set[str], validators: Mapping[str, str]
) -> Page | httpx2.URL | None:
    """Send one request; return the page, the address that it redirects to, or None if it has not changed."""
    headers = {**_HEADERS, "Accept": ", ".join([*sorted(extra_types), _HEADERS["Accept"]]), **validators}
    async with _send("GET", url, headers, b"", policy, resolve) as response:
        if response.status_code == httpx2.codes.NOT_MODIFIED:
            return None
        try:
            return await _page_or_redirect(url, response, policy, extra_types)
        except httpx2.HTTPError as error:
            raise FetchFailed("The connection broke before the page had come.") from error


@asynccontextmanager
async def _send(
    method: str, url: httpx2.URL, headers: Mapping[str, str], body: bytes, policy: FetchPolicy, resolve: Resolve
) -> AsyncIterator[httpx2.Response]:
    """Send one request to the first of the host's checked addresses that accepts a connection."""
    candidates = await _checked_addresses(url, policy, resolve)
    transport = httpx2.AsyncHTTPTransport(verify=await asyncio.to_thread(_ssl_context), trust_env=False, retries=0)
    async with httpx2.AsyncClient(transport=transport, trust_env=False, timeout=policy.timeout_s) as client:
        for address in candidates:
            pinned = url.copy_with(host=str(address))
            request = client.build_request(
                method,
                pinned,
                content=body or None,
                headers={**headers, "Host": url.netloc.decode("ascii")},
                # The certificate is checked against the host's name, not the address.
                extensions={"sni_hostname": url.raw_host.decode("ascii")},
            )
            try:
                response = await client.send(request, stream=True, follow_redirects=False)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                if address is candidates[-1]:
                    raise FetchFailed(_reason(error)) from error
                continue
            except httpx2.HTTPError as error:
                raise FetchFailed(_reason(error)) from error
            try:
                yield response
            finally:
                await response.aclose()
            return
    raise FetchFailed("The page's name has no address.")


@cache
def _ssl_context() -> ssl.SSLContext:
    """Return the trusted certificates. They are read once, in a thread: that takes longer than many a page."""
    return httpx2.create_ssl_context(trust_env=False)


async def _checked_addresses(url: httpx2.URL, policy: FetchPolicy, resolve: Resolve) -> list[Address]:
    """Return the addresses of ``url``'s host. Raises ``FetchForbidden`` unless all of them are allowed."""
    try:
        candidates = await resolve(url.raw_host.decode("ascii").strip("[]"), _port(url))
    except (OSError, UnicodeError) as error:
        raise FetchFailed(f"There is no host named {url.host}.") from error
    if not all(addresses.is_allowed(address, policy.networks) for address in candidates):
        raise FetchForbidden("The URL leads into a network that this service does not fetch from.")
    return candidates


async def _page_or_redirect(
    url: httpx2.URL, response: httpx2.Response, policy: FetchPolicy, extra_types: Set[str]
) -> Page | httpx2.URL:
    if response.status_code in _REDIRECTS and "location" in response.headers:
        try:
            return parse_url(str(url.join(response.headers["location"])), policy)
        except httpx2.InvalidURL as error:
            raise FetchFailed("The page redirects to something that is no URL.") from error
    if response.status_code != httpx2.codes.OK:
        raise FetchFailed(f"The page answered with status {response.status_code}.")
    media_type, charset = _content_type(response.headers.get("content-type", ""))
    if media_type and media_type not in _READABLE | extra_types:
        raise NotText(f"The page is {media_type}, neither text nor HTML.")
    content = await _body(response, policy.max_bytes)
    is_pdf = media_type == "application/pdf" and content.startswith(b"%PDF-")
    if b"\0" in content[:1024] and not is_pdf and not charset and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotText("The page is neither text nor HTML.")
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Page(str(url), content, media_type or "text/html", charset, headers)


async def _body(response: httpx2.Response, max_bytes: int) -> bytes:
    """Return the response's body, decompressed as it arrives. ``max_bytes`` holds before and after decompression."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "gzip", "x-gzip", ""}:
        raise FetchFailed("The page came in a content encoding that was not requested.")
    compressed = encoding.endswith("gzip")
    decompressor = zlib.decompressobj(wbits=31)
    is_complete = True
    body = bytearray()
    received = 0
    async for chunk in response.aiter_raw():
        received += len(chunk)
        try:
            while compressed and chunk and len(body) <= max_bytes:
                body += decompressor.decompress(chunk, max_bytes + 1 - len(body))
                chunk, is_complete = decompressor.unconsumed_tail, decompressor.eof
                if is_complete:  # a gzip body may have several members
                    chunk, decompressor = decompressor.unused_data, zlib.decompressobj(wbits=31)
        except zlib.error as error:
            raise FetchFailed("The page's gzip is broken.") from error
        if not compressed:
            body += chunk
        if max(received, len(body)) > max_bytes:
            raise TooLarge(f"The page has more than the {max_bytes} bytes that this service fetches.")
    if not is_complete:
        raise FetchFailed("The page's gzip ends too early.")
    return bytes(body)


def _content_type(header: str) -> tuple[str, str | None]:
    media_type, *parameters = (part.strip().lower() for part in header.split(";"))
    charset = next((value[8:].strip("\"' ") for value in parameters if value.startswith("charset=")), None)
    return media_type, charset or None


def _reason(error: Exception) -> str:
    if "CERTIFICATE" in str(error).upper():
        return "The page's certificate could not be verified."
    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
        return "The page's host could not be connected to."
    return "The page's host does not answer as a web server does."
