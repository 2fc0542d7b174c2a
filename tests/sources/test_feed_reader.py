"""feedparser within bounds."""

from __future__ import annotations

import pytest

from pipeline.sources.feed_reader import MAX_BASE, MAX_DEPTH, MAX_NAMESPACES, MAX_TAGS, Reading, read_loosely, read_strictly
from tests.sources.malformed import SITE, item, rss


def strictly(*items: str) -> Reading:
    return read_strictly(rss(*items, declaration=""))


def loosely(*items: str) -> Reading:
    return read_loosely(rss(*items, declaration=""), "torn")


@pytest.mark.parametrize("read", [strictly, loosely])
def test_both_readers_read_the_same(read: object) -> None:
    """Of a sound document, strictly or loosely."""
    assert callable(read)
    reading = read(item("/a", "A", "<category>c</category><author>Ada</author><pubDate>x</pubDate>"))
    (entry,) = reading.entries
    assert (entry["title"], entry["link"], entry["id"], entry["published"]) == ("A", f"{SITE}/a", f"{SITE}/a", "x")
    assert [tag["term"] for tag in entry["tags"]] == ["c"]
    assert [author["name"] for author in entry["authors"]] == ["Ada"]
    assert (reading.version, reading.channel["title"]) == ("rss20", "Paper")


def test_flaws_have_names() -> None:
    """Few words, the same ones for the same flaw, whatever stands where."""
    assert read_strictly("<rss>&nbsp;</rss>").flaw == "undefined-entity"
    assert read_strictly("<rss>\n\n<a></b></rss>").flaw == "mismatched-tag"
    assert read_strictly("").flaw == "no-element-found"
    assert strictly().flaw is None
    assert loosely().flaw == "torn"


def test_depth_is_bounded() -> None:
    """What is nested too deeply is passed over; what follows it is not."""
    deep = "<x>" * MAX_DEPTH + "<category>deep</category>" + "</x>" * MAX_DEPTH + "<category>flat</category>"
    (entry,) = strictly(item("/a", "A", deep)).entries
    assert [tag["term"] for tag in entry["tags"]] == ["flat"]


def test_elements_never_closed_do_not_hide_later_entries() -> None:
    """A loose reader counts depth by what was opened; each entry begins anew."""
    reading = loosely(item("/a", "A", "<x>" * 2 * MAX_DEPTH), item("/b", "B"))
    assert [entry.get("title") for entry in reading.entries] == ["A", "B"]


def test_tags_and_namespaces_are_bounded() -> None:
    """Both are looked up one by one, for each that comes."""
    many = "".join(f"<category>{number}</category><x{number}:a xmlns:x{number}='urn:{number}'/>" for number in range(2 * MAX_NAMESPACES))
    (entry,) = strictly(item("/a", "A", many)).entries
    assert len(entry["tags"]) == MAX_TAGS


def test_nested_bases_are_bounded() -> None:
    """A base within a base makes it longer, and each element keeps its own."""
    nested = "<x xml:base='https://x.example/'>" + "<x xml:base='0123456789/'>" * 450 + "<link>a</link>" + "</x>" * 451
    (entry,) = strictly(f"<item>{nested}</item>").entries
    assert 1_000 < len(entry["link"]) <= MAX_BASE + 1
