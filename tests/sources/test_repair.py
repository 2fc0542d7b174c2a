"""Repairs of XML."""

from __future__ import annotations

import xml.sax

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.repair import MAX_REFERENCES, MAX_TAGS, bounded, repaired
from tests.sources.malformed import SOUND, item, rss


def test_sound_text_stays() -> None:
    """A document without a flaw loses its declaration and nothing else."""
    assert repaired(SOUND) == SOUND.partition("\n")[2].rstrip("\n")


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("<rss>a & b</rss>", "<rss>a &amp; b</rss>"),
        ("<rss>&eacute;&bogus;&amp;&#65;&#x41;&#0;</rss>", "<rss>&#233;&amp;bogus;&amp;&#65;&#65;</rss>"),
        ("<rss><![CDATA[a & b]]> & c</rss>", "<rss><![CDATA[a & b]]> &amp; c</rss>"),
        ("<rss>a\x00\x0b\ufffeb</rss>", "<rss>ab</rss>"),
        ("junk <rss>a</rss> junk", "<rss>a</rss>"),
        ("<rss><dc:date>x</dc:date></rss>", '<rss xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:date>x</dc:date></rss>'),
        ("<rss><q:x/></rss>", '<rss xmlns:q="urn:undeclared:q"><q:x/></rss>'),
        ("<rss><channel><item>a</item><item>b", "<rss><channel><item>a</item></channel></rss>"),
        ("<feed><entry>a</entry><entry>b", "<feed><entry>a</entry></feed>"),
        ("<a:feed xmlns:a='x'><a:entry>a</a:entry><a:en", "<a:feed xmlns:a='x'><a:entry>a</a:entry></a:feed>"),
        ("<urlset><url>a</url><url><loc>htt", "<urlset><url>a</url></urlset>"),
        ("<urlset><url><loc>htt", "<urlset></urlset>"),
        ("nothing & nobody", "nothing &amp; nobody"),
    ],
)
def test_repairs(broken: str, mended: str) -> None:
    """Each flaw is mended like this."""
    assert repaired(broken) == mended


@given(
    st.lists(st.sampled_from(["&", "&amp;", "&nbsp;", "&#1;", "\x01", "ü", "<", "<b>", "]]>", "<![CDATA[", "x", " "]), max_size=20).map(
        "".join
    )
)
def test_text_in_an_item_is_always_repaired(text: str) -> None:
    """Ampersands, entities and illegal characters never keep a document from being read, wherever they stand."""
    flat = text.replace("<", "(").replace("]]>", ")")
    xml.sax.parseString(repaired(rss(item("/a", flat))).encode(), xml.sax.ContentHandler())


def test_bounded_by_entries() -> None:
    """A document is cut after its last allowed entry, and closed."""
    body = rss(*(item(f"/{number}", "x") for number in range(10))).encode()
    short, cut = bounded(body, 4)
    assert cut == 6
    assert short.count(b"<item>") == 4
    xml.sax.parseString(short, xml.sax.ContentHandler())
    assert bounded(body, 10) == (body, 0)


def test_bounded_by_tags() -> None:
    """A document of nothing but tags is cut, however few entries it has."""
    body = rss(item("/a", "x"), item("/b", "y", "<z/>" * (MAX_TAGS + 1)), item("/c", "z")).encode()
    short, cut = bounded(body, 2_000)
    assert cut == 2
    assert short.count(b"<item>") == 1
    assert len(bounded(b"<rss>" + b"&" * (MAX_REFERENCES + 10), 2_000)[0]) == len("<rss>") + MAX_REFERENCES
    assert bounded(b"<rss>" + b"<a>" * (MAX_TAGS + 10), 2_000)[0].count(b"<") == MAX_TAGS
