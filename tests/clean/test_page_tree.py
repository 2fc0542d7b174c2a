"""Bytes → tree: which charset is believed, where each bound is, and that hostile pages end as values."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.page_tree import MAX_ATTRIBUTES, MAX_BRACKETS, MAX_BYTES, MAX_ELEMENTS, PageTree, decode, is_binary, read_page
from pipeline.types import Digest, FetchedPage, Rejected

URL = "https://paper.example/story"


def page(body: bytes, content_type: str = "text/html") -> FetchedPage:
    headers = (("Content-Type", content_type),) if content_type else ()
    return FetchedPage(
        url=URL,
        final_url=URL,
        status=200,
        headers=headers,
        body=body,
        digest=Digest("0" * 64),
        fetched_at=datetime(2026, 11, 18, tzinfo=UTC),
    )


def text_of(body: bytes, content_type: str = "text/html") -> str:
    tree = read_page(page(body, content_type))
    assert isinstance(tree, PageTree), tree
    return tree.root.text_content()


def reason(body: bytes) -> str | None:
    tree = read_page(page(body))
    return tree.reason if isinstance(tree, Rejected) else None


def attributes(count: int) -> bytes:
    return b"<p " + b" ".join(b"a%d=1" % number for number in range(count)) + b">x</p>"


CHARSETS = [
    ("UTF-8 before what is declared", "<meta charset=iso-8859-1><p>Grüße", "utf-8", "text/html; charset=latin1", "utf-8"),
    ("a byte order mark before all", "\ufeff<p>Grüße", "utf-16-le", "text/html; charset=utf-8", "utf-16-le"),
    ("the other byte order", "\ufeff<p>Grüße", "utf-16-be", "", "utf-16-be"),
    ("UTF-16 without a mark", "<p>Grüße aus 日本</p>", "utf-16-le", "", "utf-16-le"),
    ("the other without a mark", "<p>Grüße aus 日本</p>", "utf-16-be", "", "utf-16-be"),
    ("latin1 means what Windows writes", "<p>café “x” – y</p>", "cp1252", "text/html; charset=ISO-8859-1", "cp1252"),
    ("the header", "<p>Привет мир</p>", "koi8-r", "text/html; charset=koi8-r", "koi8-r"),
    ("the header, in quotes", "<p>Привет мир</p>", "koi8-r", 'text/html;charset = "KOI8-R"', "koi8-r"),
    ("the header before the meta tag", "<meta charset=koi8-r><p>Привет</p>", "cp1251", "text/html; charset=windows-1251", "cp1251"),
    ("the meta tag", "<meta charset=windows-1251><p>Привет</p>", "cp1251", "text/html", "cp1251"),
    ("the long meta tag", "<meta http-equiv=Content-Type content='text/html; charset=cp1251'><p>Привет</p>", "cp1251", "", "cp1251"),
    ("Turkish", "<p>İstanbul ğ</p>", "cp1254", "text/html; charset=iso-8859-9", "cp1254"),
    ("GB2312 means more", "<p>镕基，新闻</p>", "gbk", "text/html; charset=gb2312", "gb18030"),
    ("Shift JIS by an old name", "<p>日本語①</p>", "cp932", "text/html; charset=x-sjis", "cp932"),
    ("Korean means more", "<p>뉴스 똠</p>", "cp949", "text/html; charset=euc-kr", "cp949"),
    ("Korean by an old name", "<p>뉴스</p>", "cp949", "text/html; charset=ks_c_5601-1987", "cp949"),
    ("Big5", "<p>新聞</p>", "big5", "text/html; charset=big5", "big5hkscs"),
    ("a wrong declaration", "<p>" + "Это новости дня. " * 9, "cp1251", "text/html; charset=utf-8", "cp1251"),
    ("no declaration", "<p>" + "Привет мир, это новости дня. " * 9, "cp1251", "", "cp1251"),
]


@pytest.mark.parametrize(("text", "encoding", "content_type", "charset"), [row[1:] for row in CHARSETS], ids=[row[0] for row in CHARSETS])
def test_charsets(text: str, encoding: str, content_type: str, charset: str) -> None:
    """A page is read by the charset a browser would use, or a better one, and says which."""
    assert decode(text.encode(encoding), content_type) == (text.removeprefix("\ufeff"), charset)


@pytest.mark.parametrize("label", ["hex", "rot13", "idna", "undefined", "no-such-charset", "utf-16", "x" * 40, "..", "base64", "zlib"])
def test_charsets_that_are_none(label: str) -> None:
    """A label of no text encoding is as good as none."""
    text, charset = decode("<p>café Grüße naïve".encode("latin1"), f"text/html; charset={label}")
    assert ("caf" in text, charset.startswith(("cp", "iso8859", "mac"))) == (True, True)


def test_the_meta_tag_is_sought_at_the_head_only() -> None:
    """A charset named deep in the page, in a sample of code perhaps, declares nothing."""
    early, late = (b"<p>\xcf</p>" + b" " * blanks + b"<meta charset=macintosh>" for blanks in (0, 20_000))
    assert decode(early, None)[1] == "mac-roman"
    assert decode(late, None)[1] != "mac-roman"


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-1.7",
        b"\x89PNG\r\n",
        b"\xff\xd8\xff\xe0",
        b"GIF89a",
        b"PK\x03\x04",
        b"\x1f\x8b\x08",
        b"RIFF1234",
        b"\0\0\0\x18ftyp",
        b"a\0\0\0b\0\0\0",
        b"wOF2" + bytes(range(256)) * 9,
        Random(1).randbytes(3_000),
    ],
)
def test_binaries(body: bytes) -> None:
    """Files that are no page are told by their heads, or by NULs and other control characters."""
    assert is_binary(body)
    assert reason(body) == "not-html"


@pytest.mark.parametrize(
    "body",
    [
        b"<p>a\0b",
        "<p>x".encode("utf-16-le"),
        "<p>x".encode("utf-16-be"),
        "\ufeffx".encode("utf-16-le"),
        b"",
        b"x",
        b"<p>" + b"x\x08" * 20,
        "<p>日本".encode("iso-2022-jp") * 90,
        "<p>文".encode("gb18030") * 900,
    ],
)
def test_texts_are_no_binaries(body: bytes) -> None:
    """A stray NUL makes no binary of a page, nor do those of UTF-16."""
    assert not is_binary(body)


@pytest.mark.parametrize("body", [b"", b" \r\n\t", b"\0\0\n", b"<!-- only a comment -->", b"<!doctype html>", b"<!--" * 30_000])
def test_empty(body: bytes) -> None:
    """Pages of nothing are told apart from pages that cannot be read."""
    assert reason(body) == "empty"


BOUNDS = [
    ("bytes", b"a" * (MAX_BYTES + 1), "too-large"),
    ("brackets", b"<" * (MAX_BRACKETS + 1), "too-large"),
    ("elements", b"<br>" * MAX_ELEMENTS, "too-large"),
    ("fewer elements", b"<br>" * (MAX_ELEMENTS - 2), None),
    ("attributes", attributes(MAX_ATTRIBUTES + 1), "too-large"),
    ("fewer attributes", attributes(MAX_ATTRIBUTES), None),
    ("attributes in a later tag", b"<p>" * 3 + b"<script>'<p \"</script>" + attributes(MAX_ATTRIBUTES + 1), "too-large"),
    ("attributes without blanks", b"<p " + b"/".join(b"a%d='x'" % number for number in range(600)) + b">x", "too-large"),
    ("a hundred thousand attributes", attributes(100_000), "too-large"),
    ("one attribute six hundred times", b"<p " + b"a " * 600 + b">x", None),
    ("boxes in boxes", b"<div>" * 100_000, "too-deep"),
    ("bold in bold", b"<b>" * 100_000 + b"x", "too-deep"),
    ("tables in tables", b"<table><tr><td>" * 30_000, "too-deep"),
    ("just too deep", b"<div>" * 260 + b"x", "too-deep"),
    ("just deep", b"<div>" * 250 + b"x", None),
]


@pytest.mark.parametrize(("body", "expected"), [row[1:] for row in BOUNDS], ids=[row[0] for row in BOUNDS])
def test_bounds(body: bytes, expected: str | None) -> None:
    """What is too much is told, never cut short; what is just not too much is read."""
    assert reason(body) == expected


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "body",
    [
        b'<p title="' + b"x" * 4_000_000 + b'">text</p>',
        b'<p title="' + b"x" * 4_000_000,
        b"<p" + b" " * 4_000_000,
        b"<p " + b'a="b' * 500_000,
        b"<p " + b"/" * 2_000_000 + b">",
        b'<a b="' * 20_000,
        b"<p a='" * 20_000,
        b"<a " * 20_000,
        b"<p>" + b"&" * 1_000_000,
        b"<p>" + b"&#" * 1_000_000,
        b"<p>" + b"\xff" * 200_000,
        bytes(range(128, 256)) * 2_000,
        b"<meta " * 3_000 + b"charset" * 10_000 + b"\xe9",
    ],
)
def test_long_things_take_time_by_their_length(body: bytes) -> None:
    """Megabytes of one thing are read like megabytes of anything."""
    assert isinstance(read_page(page(body)), PageTree | Rejected)


def test_what_no_tree_may_hold() -> None:
    """NULs and control characters go before parsing, by whatever way they come; comments and instructions are not kept."""
    assert text_of(b"<p>a\0b\x01c\x0bd</p><!-- x --><?php y ?>") == "abcd"
    assert text_of("<p>a\x00b</p>".encode("utf-16-le"), "") == "ab"
    assert "\ud800" not in text_of(b"<p>a&#xD800;b&#0;c\xed\xa0\x80</p>")


def test_entities_of_the_page_are_not_expanded() -> None:
    """A document type is no place to define text."""
    assert text_of(b'<!DOCTYPE html [<!ENTITY a "laugh"><!ENTITY b "&a;&a;&a;">]><p>&b;</p>').count("laugh") == 0


def test_a_tree_tells_its_size() -> None:
    """Elements are counted with html and body; the root is the html element whatever the page began with."""
    tree = read_page(page(b"just words"))
    assert isinstance(tree, PageTree)
    assert (tree.root.tag, tree.charset) == ("html", "utf-8")
    assert tree.elements == sum(1 for _ in tree.root.iter()) >= 2


def test_xhtml() -> None:
    """A page that says to be XML is read as the markup it is, by its header's charset."""
    body = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>Grüße</p></body></html>'.encode("cp1252")
    assert text_of(body, "application/xhtml+xml; charset=windows-1252") == "Grüße"


PIECES = [b"<p ", b"<", b">", b"\0", b"\xff\xfe", b"\xe9", b"a='", b"<!--", b"&#x", b"<meta charset=", b"utf-16", b"]]>", b"/"]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join))
def test_any_bytes(body: bytes) -> None:
    """Whatever the bytes, there is a tree whose text can be written down, or a reason."""
    tree = read_page(page(body))
    if isinstance(tree, PageTree):
        tree.root.text_content().encode()
    else:
        assert tree.reason in {"empty", "not-html", "too-large", "too-deep"}


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=100), st.text(max_size=40))
def test_any_label(body: bytes, label: str) -> None:
    """No declared charset breaks decoding."""
    decode(b"\xe9" + body, f"text/html; charset={label}")


@pytest.mark.parametrize("end", ["</body></html>", "</html>", "</body></html></body></html>", "</HTML >"])
def test_a_page_that_ends_too_early_is_read_on(end: str) -> None:
    """Templates that close the page after their header; browsers read on, and so do we, in order."""
    tree = read_page(page(f"<html><body><p>one</p>{end}\n<p>two</p></body></html><p>three</p>".encode()))
    assert isinstance(tree, PageTree)
    assert [one.text for one in tree.root.iter("p")] == ["one", "two", "three"]
    assert tree.root.getnext() is None or not list(tree.root.getnext().iter("p"))
