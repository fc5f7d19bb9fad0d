"""Forbidden addresses in all spellings: a listener checks that no connection is made."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address, ip_network
from itertools import cycle, product
from typing import Any

import pytest

from standfirst.errors import StandfirstError
from standfirst.reading.addresses import Address
from standfirst.reading.fetch import FetchPolicy, fetch

_LOOPBACK = (
    "127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.0.0.1 0177.0.0.1 017700000001 0x7f.1 0177.0x0.0.1 "
    "127.000.000.001 00000177.0.0.1 0x7F.0x0.0x0.0x1 127.0.0.1. 127.255.255.254 localhost LOCALHOST "
    "localhost. localhost.localdomain "
    "0 0.0.0.0 00.00.00.00 0x0 [::1] [::] [0:0:0:0:0:0:0:1] [0000::0001] [::ffff:127.0.0.1] [::ffff:7f00:1] "
    "[0:0:0:0:0:ffff:7f00:0001] [::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b::127.0.0.1] [2002:7f00:1::] "
    "[::ffff:0:127.0.0.1] [::ffff:0:7f00:1] [::7f00:1] [64:ff9b:1::7f00:1] [64:ff9b:1:7f00:1::] "
    "[2002:7f00:0001:0000:0000:0000:0000:0001] [2001:0:7f00:1::] "
    "[::1%25lo] [::1%lo] [fe80::1%25lo] 127。0。0。1 127.0.0.1 ①②⑦.⓪.⓪.① ⓛocalhost "
    "127%2e0%2e0%2e1 %6c%6fcalhost 127.0.0.1%20 %31%32%37.1 0x00000000007f000001 0X7F000001 00000000000000000177.1 "
    "127.0x1 127.65535 127.0.256 4294967296 18446744073709551617 -1 1e9 127.0.0.1.1 127..1 .127.0.0.1 "
    "١٢٧.٠.٠.١ 127．0．0．1 127｡0｡0｡1 loc\u00adalhost \u200blocalhost localhost\u3002 "
).split()
_INSIDE = (
    "10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.254 192.168.0.1 192.168.255.255 169.254.169.254 169.254.170.2 "
    "2852039166 0xa9fea9fe 0251.0376.0251.0376 0xa9.0xfe.0xa9.0xfe 169.254.43518 100.64.0.1 100.100.100.200 "
    "100.127.255.254 192.0.0.192 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 255.255.255.255 "
    "240.0.0.1 0.1.2.3 [fc00::1] [fd00:ec2::254] [fe80::1] [fec0::1] [ff02::1] [2001:db8::1] [2001::1] [100::1] "
    "[::ffff:169.254.169.254] [::ffff:a9fe:a9fe] [64:ff9b::a9fe:a9fe] [2002:a9fe:a9fe::1] [2002:0a00:0001::] "
    "[3fff::1] 168.63.129.16 169.254.169.254. [::ffff:168.63.129.16] [::ffff:10.0.0.1] [::ffff:100.64.0.1] "
    "[64:ff9b::a00:1] [fe80::a9fe:a9fe] [fd00::1] [ff05::1:3] [5f00::1] [2001:10::1] [2001:20::1] 0xa9.254.0251.254 "
).split()
_SHAPES = ("http://{}:{}/", "http://{}:{}/story?u=http://example.com/#@example.com")
_MALFORMED = """
http://user@{0}:{1}/ http://user:pass@{0}:{1}/ http://example.com@{0}:{1}/ http://{0}:{1}@example.com:{1}/
http:\\\\{0}:{1}/ http:/{0}:{1}/ http:{0}:{1}/ //{0}:{1}/ {0}:{1}/ http:///{0}:{1}/ http://{0}:{1}\\@example.com/
http://example.com\\@{0}:{1}/ http://{0}%00.example.com:{1}/ http://{0}%0d%0aHost:example.com:{1}/
http://:{1}/ http://
http://[{0}]:{1}/ http://[::1:{1}/ http://[::1]]:{1}/ http://{0}:{1}:80/ http://{0}:-1/ http://{0}:0/
http://{0}:99999/ http://{0}:22/ http://{0}:6379/ http://{0}:5432/ ftp://{0}:{1}/ file:///etc/passwd
file://{0}/etc/passwd gopher://{0}:{1}/_x
dict://{0}:{1}/x ldap://{0}:{1}/ jar:http://{0}:{1}/!/ data:text/html,hello javascript:alert(1) ws://{0}:{1}/
unix:/run/x
http+unix://%2frun%2fx/ view-source:http://{0}:{1}/ tftp://{0}:{1}/x sftp://{0}:{1}/ netdoc:///etc/passwd ssh://{0}
""".split()

CORPUS = [
    *((shape, host) for host, shape in product([*_LOOPBACK, *_INSIDE], _SHAPES)),
    *((shape, "127.0.0.1") for shape in _MALFORMED),
]


class Listener:
    """A counter of the connections to its port, on all local addresses or on ``hosts`` only."""

    def __init__(self, hosts: Sequence[str] = ("0.0.0.0", "::1"), port: int = 0) -> None:
        self.connections = 0
        self.port = port
        self._hosts = hosts

    async def __aenter__(self) -> Listener:
        def count(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.connections += 1
            writer.close()

        self._servers = []
        for host in self._hosts:
            self._servers.append(await asyncio.start_server(count, host, self.port))
            self.port = self._servers[0].sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        for server in self._servers:
            server.close()


def test_no_url_of_the_corpus_opens_a_connection() -> None:
    async def run() -> None:
        async with Listener() as listener:
            policy = FetchPolicy(timeout_s=5, ports=frozenset({80, 443, listener.port}))
            for shape, host in CORPUS:
                url = shape.format(host, listener.port)
                with pytest.raises(StandfirstError):
                    await fetch(url, policy)
                assert listener.connections == 0, url

    assert len({shape.format(host, 1) for shape, host in CORPUS}) >= 250
    asyncio.run(asyncio.wait_for(run(), 120))


def test_a_name_whose_addresses_change_is_not_connected_to() -> None:
    answers: Iterator[str] = iter(["127.0.0.1", "192.0.2.1"])

    async def changing(host: str, port: int) -> list[Address]:
        return [ip_address(next(answers))]

    async def both(host: str, port: int) -> list[Address]:
        return [ip_address("93.184.216.34"), ip_address("127.0.0.1")]

    async def run() -> None:
        async with Listener() as listener:
            policy = FetchPolicy(timeout_s=5, ports=frozenset({listener.port}))
            for resolve in (changing, changing, both):
                with pytest.raises(StandfirstError):
                    await fetch(f"http://rebinding.test:{listener.port}/", policy, resolve)
            assert listener.connections == 0

    asyncio.run(asyncio.wait_for(run(), 30))


#: The only local address that the policy of the tests below allows. The listener is on the others.
_ALLOWED = "127.0.0.3"


@asynccontextmanager
async def allowed_site(targets: Sequence[str] = ()) -> AsyncIterator[tuple[Listener, FetchPolicy]]:
    """Run a site at ``_ALLOWED`` that redirects ``/redirect/N`` to target N, and a listener on its port elsewhere."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        _, _, number = path.partition("/redirect/")
        if number.isdecimal():
            location = targets[int(number)].format("127.0.0.1", port).encode()
            writer.write(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n")
        else:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\npage")
        writer.close()

    site = await asyncio.start_server(answer, _ALLOWED, 0)
    port = site.sockets[0].getsockname()[1]
    async with Listener(("127.0.0.1", "127.0.0.2", "127.255.255.254", "::1"), port) as listener:
        yield listener, FetchPolicy(timeout_s=5, ports=frozenset({80, 443, port}), networks=(ip_network(_ALLOWED),))
    site.close()


def test_no_redirect_to_a_url_of_the_corpus_is_followed() -> None:
    async def run() -> None:
        async with allowed_site([shape.replace("{}", host, 1).replace("{}", "{1}") for shape, host in CORPUS]) as site:
            listener, policy = site
            for number in range(len(CORPUS)):
                # A relative target leads to the site's own page.
                with suppress(StandfirstError):
                    page = await fetch(f"http://{_ALLOWED}:{listener.port}/redirect/{number}", policy)
                    assert page.url.startswith(f"http://{_ALLOWED}:{listener.port}/"), CORPUS[number]
                assert listener.connections == 0, CORPUS[number]

    asyncio.run(asyncio.wait_for(run(), 120))


def test_a_resolver_with_changing_answers_leads_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's resolver itself is replaced, so that no second look-up can go unnoticed."""
    inside = ("127.0.0.1", "127.0.0.2", "::1", "::ffff:127.0.0.1")
    sequences = [
        *([[_ALLOWED], [other]] for other in inside),
        *([[other], [_ALLOWED]] for other in inside),
        *([[_ALLOWED, other]] for other in inside),
        *([[other, _ALLOWED]] for other in inside),
        *([[_ALLOWED], [_ALLOWED, other], [other]] for other in inside),
    ]
    answers = {f"name{number}.test": cycle(sequence) for number, sequence in enumerate(sequences)}
    lookups = 0

    def changing(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        nonlocal lookups
        lookups += 1
        found = next(answers[host]) if host in answers else [host]
        families = {4: socket.AF_INET, 6: socket.AF_INET6}
        return [(families[ip_address(one).version], socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

    async def run() -> int:
        fetched = 0
        async with allowed_site() as (listener, policy):
            monkeypatch.setattr(socket, "getaddrinfo", changing)
            for name in answers:
                for _ in range(4):
                    before = lookups
                    with suppress(StandfirstError):
                        fetched += (await fetch(f"http://{name}:{listener.port}/", policy)).content == b"page"
                    assert lookups - before <= 2, "a second look-up after the check"
                    assert listener.connections == 0, name
        return fetched

    assert asyncio.run(asyncio.wait_for(run(), 60)) == 4 * 2 + 4 * 2 + 4 * 2


def test_a_redirect_from_an_allowed_to_a_forbidden_address_is_not_followed() -> None:
    """The first request goes to an allowed local address, the redirect to another local address."""

    async def run() -> None:
        async with Listener() as listener:

            def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                location = f"http://127.0.0.2:{listener.port}/"
                writer.write(f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode())
                writer.close()

            server = await asyncio.start_server(answer, "127.0.0.1", 0)
            port = server.sockets[0].getsockname()[1]
            policy = FetchPolicy(
                timeout_s=5, ports=frozenset({port, listener.port}), networks=(ip_network("127.0.0.1/32"),)
            )
            with pytest.raises(StandfirstError, match="does not fetch"):
                await fetch(f"http://127.0.0.1:{port}/", policy)
            assert listener.connections == 0
            server.close()

    asyncio.run(asyncio.wait_for(run(), 30))
