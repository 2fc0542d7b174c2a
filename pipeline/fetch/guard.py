"""Which addresses may be connected to. Verdicts are pure; `guarded_socket` applies them where a connection begins.

A feed can name any address, and a name can answer differently at each look-up. So the address that counts is the one a
socket is about to be connected to, on every hop of every redirect. aiohttp hands exactly that one to its socket factory,
literals included, which never pass through a resolver.
"""

from __future__ import annotations

import errno
import socket
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, Final

Endpoint = tuple[str, int]  # address, port
AddressRow = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]

REFUSED_MARK: Final = "refused by the address guard"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an address may be connected to; `reason` names the class of what may not."""

    allowed: bool
    reason: str = ""


class AddressRefusedError(PermissionError):
    """A connection to a refused address was about to be made. An OSError, so that aiohttp passes it on as one."""

    def __init__(self, address: str, port: int, reason: str) -> None:
        super().__init__(errno.EACCES, f"{address} port {port} {REFUSED_MARK}: {reason}")


# IANA special-purpose address registries, and what must never be fetched besides. The first match counts.
_IPV4: Final = tuple(
    (IPv4Network(network), reason)
    for network, reason in (
        ("0.0.0.0/32", "unspecified"),
        ("0.0.0.0/8", "this-network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade-nat"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "cloud-metadata"),  # a public address that answers inside one cloud only
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("255.255.255.255/32", "broadcast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_IPV6: Final = tuple(
    (IPv6Network(network), reason)
    for network, reason in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("::ffff:0:0/96", "ipv4-mapped"),
        ("::ffff:0:0:0/96", "ipv4-translated"),
        ("::/96", "ipv4-compatible"),
        ("64:ff9b:1::/48", "nat64-local"),
        ("2001::/32", "teredo"),
        ("2001::/23", "reserved"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "6to4"),
        ("3fff::/20", "documentation"),
        ("100::/64", "discard"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)
_NAT64: Final = IPv6Network("64:ff9b::/96")  # on networks without IPv4 the public web is reached through it
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
_ISATAP: Final = (0x00005EFE, 0x02005EFE)  # interface identifiers that carry an IPv4 address

# Services that take commands line by line and could be fed some by an HTTP request (the ports browsers block).
# fmt: off
_OTHER_SERVICES: Final = frozenset({
    1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113,
    115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556,
    563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6379, 6566, 6665, 6666,
    6667, 6668, 6669, 6679, 6697, 10080, 11211,
})
# fmt: on
_NO_ADDRESS: Final = "0.0.0.0"  # noqa: S104 - nothing is bound to it: it stands for a literal that spells no address


def allowed(address: str, port: int, exception: Endpoint | None = None) -> Verdict:
    """Judge an address as the system writes it (IPv6 without brackets, a zone may follow).

    Where there is an `exception`, it alone passes: the demo newsroom's tasks reach nothing else.
    """
    if exception is not None:
        return Verdict(True) if (address, port) == exception else Verdict(False, "not-the-local-newsroom")
    try:
        parsed = ip_address(address)
    except ValueError:
        return Verdict(False, "no-address")
    reason = _ipv4_flaw(parsed) if isinstance(parsed, IPv4Address) else _ipv6_flaw(parsed)
    if not reason and (port in _OTHER_SERVICES or not 0 < port < 65536):
        reason = "port-of-another-service"
    return Verdict(not reason, reason)


def _ipv4_flaw(address: IPv4Address) -> str:
    return next((reason for network, reason in _IPV4 if address in network), "")


def _ipv6_flaw(address: IPv6Address) -> str:
    inner = _ipv4_flaw(IPv4Address(int(address) & 0xFFFFFFFF))
    if address in _NAT64:
        return inner and f"nat64-{inner}"
    reason = next((reason for network, reason in _IPV6 if address in network), "")
    if reason or address not in _GLOBAL_UNICAST:
        return reason or "reserved"
    return f"isatap-{inner}" if inner and int(address) >> 32 & 0xFFFFFFFF in _ISATAP else ""


def literal(host: str) -> str | None:
    """Return the address a URL's host spells in any form systems accept, or None for a name.

    `[::1]`, `127.1`, `0x7f.1`, `0177.0.0.1`, `2130706433` and full-width digits are all literals. A last label of digits
    that makes no address ("1.2.3.4.5", "999999999999") is no name either: it comes back as `0.0.0.0`.
    """
    text = unicodedata.normalize("NFKC", host).strip().removesuffix(".").lower()
    if ":" in text or text.startswith("["):
        try:
            return str(IPv6Address(text.strip("[]").partition("%")[0]))
        except ValueError:
            return _NO_ADDRESS
    parts = text.split(".")
    if _number(parts[-1]) is None and not parts[-1].isdigit():
        return None
    return _ipv4_literal([_number(part) for part in parts])


def _number(part: str) -> int | None:
    """Read one part as the C library does: 0x… hexadecimal, 0… octal, else decimal."""
    try:
        if part.startswith("0x"):
            return int(part[2:] or "0", 16)
        if not (part.isascii() and part.isdigit()) or len(part) > 20:
            return None
        return int(part, 8 if part.startswith("0") and len(part) > 1 else 10)
    except ValueError:
        return None


def _ipv4_literal(numbers: list[int | None]) -> str:
    """Put the numbers together: all but the last are one byte each, the last fills what is left."""
    *leading, last = numbers
    room = 256 ** (5 - len(numbers)) if len(numbers) <= 4 else 0
    if last is None or last >= room or any(number is None or number > 255 for number in leading):
        return _NO_ADDRESS
    value = last
    for place, number in enumerate(leading):
        value += (number or 0) << 8 * (3 - place)
    return str(IPv4Address(value))


def guarded_socket(exception: Endpoint | None) -> Callable[[AddressRow], socket.socket]:
    """Return a socket factory for `TCPConnector` that raises `AddressRefusedError` instead of a socket to a refused address."""

    def make(row: AddressRow) -> socket.socket:
        family, kind, protocol, _, place = row
        address, port = str(place[0]), int(place[1])
        verdict = allowed(address, port, exception)
        if not verdict.allowed:
            raise AddressRefusedError(address, port, verdict.reason)
        return socket.socket(family, kind, protocol)

    return make
