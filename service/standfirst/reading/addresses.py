"""The IP addresses that pages may be fetched from.

A page is fetched for someone outside, so the service must never connect to an address inside its own network, in
whatever form the address is written or wrapped.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Awaitable[list[Address]]]

#: Special-purpose blocks of IANA's registries that ``is_global`` of some versions of Python 3.11 and 3.12 calls public,
#: and the public address at which a cloud (Azure) serves metadata to its machines.
_SPECIAL = tuple(
    map(
        IPv4Network,
        (
            *("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4"),
            "168.63.129.16/32",
        ),
    )
)
_SPECIAL6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_UNICAST6 = IPv6Network("2000::/3")

#: IPv6 blocks that embed an IPv4 address: in the last 32 bits (mapped, compatible, NAT64) or after the first 16 (6to4).
_EMBEDS_IN_LAST_BITS = tuple(map(IPv6Network, ("::ffff:0:0/96", "::/96", "64:ff9b::/96", "::ffff:0:0:0/96")))
_SIX_TO_FOUR = IPv6Network("2002::/16")


def is_public(address: Address) -> bool:
    """Whether ``address`` is on the public internet: global unicast, and so is an IPv4 address embedded in it."""
    if isinstance(address, IPv6Address):
        embedded = _embedded(address)
        if embedded is not None:
            return is_public(embedded)
        special = any(address in network for network in _SPECIAL6)
        return address in _UNICAST6 and not special and address.is_global
    special = any(address in network for network in _SPECIAL)
    return address.is_global and not address.is_multicast and not special


def _embedded(address: IPv6Address) -> IPv4Address | None:
    if any(address in network for network in _EMBEDS_IN_LAST_BITS):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _SIX_TO_FOUR:
        return IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    return None


def is_allowed(address: Address, networks: Iterable[Network]) -> bool:
    """Whether a page may be fetched from ``address``: it is public, or in one of the allowed ``networks``."""
    return is_public(address) or any(address in network for network in networks)


async def resolve(host: str, port: int) -> list[Address]:
    """Return the addresses of ``host``, by the system's resolver. Raises ``OSError`` where there are none."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    # A scope ("fe80::1%eth0") can be dropped: no address that has one is allowed.
    return list(dict.fromkeys(ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))
