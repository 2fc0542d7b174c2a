"""pipeline/fetch/resolver.py: names to addresses, and everything to the local newsroom."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from aiohttp.abc import ResolveResult
from yarl import URL

from pipeline.fetch.guard import AddressRefusedError, Endpoint
from pipeline.fetch.resolver import NameResolver, connect_to, is_localhost, local_endpoint


def rows(*addresses: str) -> list[tuple[Any, ...]]:
    """Return what getaddrinfo would."""
    return [
        (socket.AF_INET6, 1, 6, "", (address, 80, 0, 0)) if ":" in address else (socket.AF_INET, 1, 6, "", (address, 80))
        for address in addresses
    ]


def resolved(host: str, found: list[tuple[Any, ...]], exception: Endpoint | None = None) -> list[ResolveResult]:
    """Resolve a name against these rows."""

    async def scenario() -> list[ResolveResult]:
        resolver = NameResolver(exception, lambda host, port, family: found)
        try:
            return await resolver.resolve(host, 80)
        finally:
            await resolver.close()

    return asyncio.run(scenario())


def test_public_addresses_come_back_in_order() -> None:
    """Both families, in the system's order."""
    assert [answer["host"] for answer in resolved("a.example", rows("2606:4700::1111", "8.8.8.8"))] == ["2606:4700::1111", "8.8.8.8"]


def test_refused_addresses_are_left_out() -> None:
    """A name with an address inside and one outside is reached outside."""
    assert [answer["host"] for answer in resolved("a.example", rows("10.0.0.1", "8.8.8.8", "::1"))] == ["8.8.8.8"]


def test_a_name_with_refused_addresses_only_is_refused() -> None:
    """It is told apart from a name that does not exist."""
    with pytest.raises(AddressRefusedError, match=r"10\.0\.0\.1 port 80 refused by the address guard: private"):
        resolved("a.example", rows("10.0.0.1", "::1"))


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "localhost.", "a.b.localhost"])
def test_localhost_is_loopback_whatever_the_name_server_says(host: str) -> None:
    """RFC 6761: the name server is not even asked. With the exception it is reachable."""
    assert is_localhost(host)
    with pytest.raises(AddressRefusedError, match="loopback"):
        resolved(host, rows("8.8.8.8"))
    assert resolved(host, rows("8.8.8.8"), ("127.0.0.1", 80))[0]["host"] == "127.0.0.1"


@pytest.mark.parametrize("host", ["localhost.example", "mylocalhost", "example.org"])
def test_other_names_are_no_localhost(host: str) -> None:
    """Only the last label counts."""
    assert not is_localhost(host)


def test_the_zone_of_a_link_local_address_is_kept() -> None:
    """So that the guard sees what would be connected to."""
    with pytest.raises(AddressRefusedError, match="fe80::1%7"):
        resolved("a.example", [(socket.AF_INET6, 1, 6, "", ("fe80::1", 80, 0, 7))])


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://news.example/a?b=%20c", "news.example"),
        ("http://news.example:81/a?b=%20c", "news.example:81"),
        ("http://10.0.0.1/a?b=%20c", "10.0.0.1"),
        ("http://[fe80::1]:81/a?b=%20c", "[fe80::1]:81"),
        ("http://user:secret@news.example/a?b=%20c", "news.example"),
    ],
)
def test_every_url_is_asked_from_the_local_server(url: str, host: str) -> None:
    """Address and port change, the path and the Host header do not."""
    target, header = connect_to(URL(url, encoded=True).with_user(None), ("127.0.0.1", 8080))
    assert str(target) == "http://127.0.0.1:8080/a?b=%20c"
    assert header == host


@pytest.mark.parametrize(("setting", "endpoint"), [(None, None), ("127.0.0.1:80", ("127.0.0.1", 80)), ("[::1]:8080", ("::1", 8080))])
def test_the_setting_is_read(setting: str | None, endpoint: Endpoint | None) -> None:
    """Address and port apart, without brackets."""
    assert local_endpoint(setting) == endpoint
