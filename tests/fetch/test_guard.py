"""pipeline/fetch/guard.py: every class of address, every spelling, and the socket that is not made."""

from __future__ import annotations

import socket

import pytest

from pipeline.fetch.guard import AddressRefusedError, allowed, guarded_socket, literal

REFUSED = {
    "0.0.0.0": "unspecified",
    "0.1.2.3": "this-network",
    "10.0.0.1": "private",
    "10.255.255.255": "private",
    "100.64.0.1": "carrier-grade-nat",
    "100.100.100.200": "carrier-grade-nat",
    "100.127.255.255": "carrier-grade-nat",
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "168.63.129.16": "cloud-metadata",
    "169.254.169.254": "link-local",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.0.0.192": "reserved",
    "192.0.2.1": "documentation",
    "192.88.99.1": "6to4",
    "192.168.1.1": "private",
    "198.18.0.1": "benchmarking",
    "198.51.100.7": "documentation",
    "203.0.113.9": "documentation",
    "224.0.0.1": "multicast",
    "239.255.255.250": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "broadcast",
    "::": "unspecified",
    "::1": "loopback",
    "::ffff:127.0.0.1": "ipv4-mapped",
    "::ffff:8.8.8.8": "ipv4-mapped",
    "::ffff:0:10.0.0.1": "ipv4-translated",
    "::10.0.0.1": "ipv4-compatible",
    "64:ff9b::10.0.0.1": "nat64-private",
    "64:ff9b::7f00:1": "nat64-loopback",
    "64:ff9b:1::8.8.8.8": "nat64-local",
    "2001::1": "teredo",
    "2001:20::1": "reserved",
    "2001:db8::1": "documentation",
    "2002:7f00:1::": "6to4",
    "2002:808:808::1": "6to4",
    "3fff::1": "documentation",
    "100::1": "discard",
    "4000::1": "reserved",
    "5f00::1": "reserved",
    "fc00::1": "private",
    "fd00:ec2::254": "private",
    "fe80::1": "link-local",
    "fe80::1%eth0": "link-local",
    "fec0::1": "site-local",
    "ff02::1": "multicast",
    "2a00:1450::5efe:10.0.0.1": "isatap-private",
    "not an address": "no-address",
    "": "no-address",
}

PUBLIC = (
    "8.8.8.8",
    "1.1.1.1",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "223.255.255.255",
    "2606:4700::1111",
    "2a00:1450:4001::1",
    "64:ff9b::8.8.8.8",  # how an IPv6-only network reaches the public web
)


@pytest.mark.parametrize(("address", "reason"), REFUSED.items())
def test_each_class_of_address_is_refused_by_name(address: str, reason: str) -> None:
    """Whatever is not the public internet is refused, with the name of its class."""
    verdict = allowed(address, 443)
    assert (verdict.allowed, verdict.reason) == (False, reason)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_pass(address: str) -> None:
    """The public internet passes, right up to the edges of the refused ranges."""
    assert allowed(address, 443).allowed


@pytest.mark.parametrize("port", [22, 25, 53, 110, 143, 587, 6379, 11211, 0, 65536, -1])
def test_ports_of_other_services_are_refused(port: int) -> None:
    """A request must not be able to speak to mail, shell or cache servers."""
    assert allowed("8.8.8.8", port).reason == "port-of-another-service"


def test_the_exception_passes_alone() -> None:
    """With an exception, exactly that address and port pass, and the public internet does not."""
    newsroom = ("127.0.0.1", 8080)
    assert allowed("127.0.0.1", 8080, newsroom).allowed
    for address, port in [("127.0.0.1", 8081), ("127.0.0.2", 8080), ("8.8.8.8", 8080), ("::ffff:127.0.0.1", 8080)]:
        assert allowed(address, port, newsroom).reason == "not-the-local-newsroom"


LITERALS = {
    "127.0.0.1": "127.0.0.1",
    "127.0.0.1.": "127.0.0.1",
    "127.1": "127.0.0.1",
    "127.0.1": "127.0.0.1",
    "0x7f.1": "127.0.0.1",
    "0x7F000001": "127.0.0.1",
    "0177.0.0.1": "127.0.0.1",
    "017700000001": "127.0.0.1",
    "2130706433": "127.0.0.1",
    "0": "0.0.0.0",
    "0x": "0.0.0.0",
    "10.0x10.256": "10.16.1.0",
    "１２７.０.０.１": "127.0.0.1",
    "①②⑦.⓪.⓪.①": "127.0.0.1",
    "[::1]": "::1",
    "[::ffff:127.0.0.1]": "::ffff:7f00:1",
    "::1": "::1",
    "[fe80::1%25eth0]": "fe80::1",
    "[::gg]": "0.0.0.0",
    "1.2.3.4.5": "0.0.0.0",
    "256.1.1.1": "0.0.0.0",
    "1.2.3.256": "0.0.0.0",
    "4294967296": "0.0.0.0",
    "99999999999999999999999": "0.0.0.0",
    "08.1.1.1": "0.0.0.0",
    "news.example.08": "0.0.0.0",
    "a.1": "0.0.0.0",
    "٣": "0.0.0.0",
}


@pytest.mark.parametrize(("host", "address"), LITERALS.items())
def test_encoded_literals_are_read_as_systems_read_them(host: str, address: str) -> None:
    """Each spelling of an address comes out as that address; nonsense that looks like one as the unspecified one."""
    found = literal(host)
    assert found is not None
    assert socket.inet_pton(socket.AF_INET6 if ":" in found else socket.AF_INET, found)
    assert allowed(found, 80).allowed is allowed(address, 80).allowed
    assert found == address


@pytest.mark.parametrize(
    "host", ["example.org", "127.0.0.1.nip.example", "1and1.com", "x0", "0x.example", "localhost", "münchen.example", "3com"]
)
def test_names_are_no_literals(host: str) -> None:
    """Names are left to the resolver."""
    assert literal(host) is None


@pytest.mark.parametrize(
    ("family", "place"),
    [
        (socket.AF_INET, ("127.0.0.1", 80)),
        (socket.AF_INET6, ("::1", 80, 0, 0)),
        (socket.AF_INET6, ("::ffff:10.0.0.1", 80, 0, 0)),
        (socket.AF_INET6, ("fe80::1%2", 80, 0, 2)),
    ],
)
def test_no_socket_is_made_for_a_refused_address(family: socket.AddressFamily, place: tuple[str, int]) -> None:
    """The factory raises where a connection would begin."""
    with pytest.raises(AddressRefusedError, match="refused by the address guard"):
        guarded_socket(None)((family, socket.SOCK_STREAM, 6, "", place))


def test_a_socket_is_made_for_an_allowed_one() -> None:
    """The factory gives a socket of the asked family, connected to nothing."""
    with guarded_socket(None)((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443))) as made:
        assert made.family is socket.AF_INET
