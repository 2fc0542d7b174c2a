"""pipeline/fetch/admission.py: what is turned away at the door."""

from __future__ import annotations

import pytest

from pipeline.fetch.admission import address, turned_away


@pytest.mark.parametrize(
    ("url", "base", "target"),
    [
        ("http://a.example/x#part", None, "http://a.example/x"),
        ("https://user:secret@a.example/x", None, "https://a.example/x"),
        ("https://user@b.example@a.example/x@y", None, "https://a.example/x@y"),
        ("/y?q=1", "http://a.example/x", "http://a.example/y?q=1"),
        ("//b.example/", "https://a.example/x", "https://b.example/"),
        ("mailto:us@a.example", "http://a.example/", None),
        ("javascript:alert(1)", "http://a.example/", None),
        ("file:///etc/passwd", None, None),
        ("http://[", "http://a.example/", None),
        ("", None, None),
    ],
)
def test_addresses(url: str, base: str | None, target: str | None) -> None:
    """Absolute http and https only, without fragment and credentials."""
    assert address(url, base) == target


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1/", "127.0.0.1 is loopback"),
        ("http://0x7f.1/", "0x7f.1 is loopback"),
        ("http://sub.localhost/", "sub.localhost is loopback"),
        ("https://[fe80::1]/", "fe80::1 is link-local"),
        ("https://8.8.8.8:25/", "8.8.8.8 is port-of-another-service"),
    ],
)
def test_literals_inside_are_turned_away(url: str, said: str) -> None:
    """With the class of the address."""
    rejected = turned_away(url, local=False, passes=None)
    assert rejected is not None
    assert (rejected.reason, rejected.detail) == ("private-address", said)


@pytest.mark.parametrize("url", ["https://a.example/", "http://8.8.8.8/", "https://[2606:4700::1111]:8443/"])
def test_everything_else_is_let_in(url: str) -> None:
    """Names are judged when they are resolved and connected to."""
    assert turned_away(url, local=False, passes=None) is None


def test_the_local_newsroom_takes_every_host_over_http() -> None:
    """Literals too, since all are asked from the one server; https is not."""
    passes = ("127.0.0.1", 8080)
    assert turned_away("http://10.0.0.1/", local=True, passes=passes) is None
    rejected = turned_away("https://a.example/", local=True, passes=passes)
    assert rejected is not None
    assert rejected.reason == "https-in-local-newsroom"


def test_an_exception_lets_its_own_literal_in() -> None:
    """And no other port."""
    passes = ("127.0.0.1", 8080)
    assert turned_away("http://127.0.0.1:8080/", local=False, passes=passes) is None
    assert turned_away("http://127.0.0.1:8081/", local=False, passes=passes) is not None
