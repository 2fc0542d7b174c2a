"""The parts of an address. What they add up to is in test_urls.py."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.url_parts import ascii_host, escaped, parsed, plain_ampersands, tidied


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        (" https://a.example/x ", "https://a.example/x"),
        ("<![CDATA[ https://a.example/x ]]>", "https://a.example/x"),
        ("<![CDATA[<![CDATA[https://a.example/x]]>]]>", "https://a.example/x"),
        ("\ufeff\u200bhttps://a.example/x\u2060\u200f", "https://a.example/x"),
        ("https://a.exa\nmple/x\ty\x00", "https://a.example/xy"),
        ("https://a.example/\ud800", "https://a.example/\ufffd"),
        ("https://a.example/?a=1&amp;b=2", "https://a.example/?a=1&b=2"),
        ("https://a.example/x #top", "https://a.example/x#top"),
        ("https://a.example/x# top ", "https://a.example/x# top"),
        ("", ""),
        (" ]]> ", ""),
    ],
)
def test_tidied(raw: str, tidy: str) -> None:
    """What feeds wrap around addresses comes off; what is in them stays."""
    assert tidied(raw) == tidy


@pytest.mark.parametrize("escaped_ampersand", ["&amp;", "&AMP;", "&amp;amp;", "&#38;", "&#0038;", "&amp;#38;"])
def test_ampersands(escaped_ampersand: str) -> None:
    """However often they were escaped; what only looks like one is left."""
    assert plain_ampersands(f"?a=1{escaped_ampersand}b=2") == "?a=1&b=2"
    assert plain_ampersands("?a=1&ampere=2&#38") == "?a=1&ampere=2&#38"


@pytest.mark.parametrize(
    "text",
    [
        *("", "a.example/x", "//a.example/x", "ftp://a.example/", "mailto:a@b.example", "https:", "https:///x", "https://:80/"),
        *("https://a.example:65536/", "https://a.example:port/", "https://a b.example/", "https://a.example\\@b.example/", "https://[::1/"),
        *("https://[fe80::1%25eth0]/", "https://a..example/", "https://" + "a." * 127 + "example/"),
    ],
)
def test_what_cannot_be_asked_for(text: str) -> None:
    """No scheme of ours, no host, a port or host that cannot be: None, never an error."""
    assert parsed(text) is None


def test_what_can() -> None:
    """The parts as they are written, the highest port among them."""
    parts = parsed("https://user:pw@a.example:65535/x?y#z")
    assert parts is not None
    assert (parts.hostname, parts.port, parts.path, parts.query, parts.fragment) == ("a.example", 65535, "/x", "y", "z")


@pytest.mark.parametrize(
    ("host", "ascii_form"),
    [
        ("A.Example.", "a.example"),
        ("münchen.example", "xn--mnchen-3ya.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("☃.example", "xn--n3h.example"),
        ("a\u3002example", "a.example"),
        ("%61.example", "a.example"),
        ("under_score.example", "under_score.example"),
        ("192.0.2.7", "192.0.2.7"),
        ("[2001:DB8:0::1]", "[2001:db8::1]"),
        ("[fe80::1%eth0]", ""),
        ("a..example", ""),
        ("a/b", "a"),
        ("a*b.example", ""),
        ("x" * 254, ""),
        ("ü" * 300, ""),
    ],
)
def test_ascii_host(host: str, ascii_form: str) -> None:
    """As browsers write it; empty for what no name server could be asked for."""
    assert ascii_host(urlsplit(f"https://{host}/")) == ascii_form


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("/a b", "/a%20b"),
        ("/100%", "/100%25"),
        ("/%7euser/%e4%bd%a0", "/~user/%E4%BD%A0"),
        ("/%2f%3F", "/%2F%3F"),
        ("/ü?q=“x”", "/%C3%BC?q=%E2%80%9Cx%E2%80%9D"),
        ("/a[b]|c", "/a%5Bb%5D%7Cc"),
        ("/!$&'()*+,;=:@-._~", "/!$&'()*+,;=:@-._~"),
    ],
)
def test_escaped(text: str, safe: str) -> None:
    """What RFC 3986 does not allow is escaped, what it need not escape is not, and escapes are in capitals."""
    assert escaped(text) == safe


@given(st.text())
def test_escaping_twice_changes_nothing(text: str) -> None:
    """And leaves nothing that a request line cannot hold."""
    once = escaped(text.encode("utf-8", "replace").decode())
    assert escaped(once) == once
    assert once.isascii()
    assert " " not in once


@given(st.text(max_size=40))
def test_any_text_is_tidied_once(text: str) -> None:
    """No control is left, and what is tidy stays as it is, but for what stood behind a wrapping."""
    tidy = tidied(text)
    assert not any(ord(character) < 32 or 0xD800 <= ord(character) < 0xE000 for character in tidy)
    assert parsed(tidy) is None or parsed(tidied(tidy)) is not None
