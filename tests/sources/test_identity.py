"""The ladder of identity."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.identity import Marks, Rung, identities, rung_of
from pipeline.types import UrlKey


def marks(
    number: int, *, guid: str | None = None, link: str | None = None, published: str = "", title: str = "", content: str = ""
) -> Marks:
    """The marks of an entry that is unlike the others unless told otherwise."""
    return Marks(guid=guid, url_key=UrlKey(link or f"https://x.example/{number}"), published=published, title=title, content=content)


def many(count: int, **same: str) -> list[Marks]:
    return [marks(number, **{"guid": f"g{number}", **same}) for number in range(count)]


def test_a_guid_is_the_identity() -> None:
    """The publisher's own word comes first, whatever else changes."""
    entries = many(3)
    assert identities(entries, rung_of(entries)) == ["g0", "g1", "g2"]


def test_the_odd_entry_without_a_guid_has_its_address() -> None:
    """One in twenty may lack a guid, and one alone always may."""
    entries = [*many(19), marks(19)]
    assert rung_of(entries) is Rung.GUID
    assert identities(entries, Rung.GUID)[-1] == "https://x.example/19"
    assert rung_of([marks(0)]) is Rung.GUID


def test_the_odd_doubled_guid_gets_its_address_added() -> None:
    """The first keeps the guid, so that its id never depends on a later one."""
    entries = [*many(20), marks(20, guid="g3")]
    assert rung_of(entries) is Rung.GUID
    assert identities(entries, Rung.GUID)[-1] == "g3|https://x.example/20"
    assert identities(entries, Rung.GUID)[3] == "g3"


@pytest.mark.parametrize(
    ("entries", "rung"),
    [
        ([*many(18), marks(18), marks(19)], Rung.LINK),
        (many(5, guid="same"), Rung.LINK),
        ([marks(n, link="https://x.example/live", published=f"{n}:00") for n in range(5)], Rung.PUBLISHED),
        ([marks(n, link="https://x.example/live", published="now", title=f"T{n}") for n in range(5)], Rung.TITLE),
        ([marks(n, link="https://x.example/live", published="now", title="T", content=f"C{n}") for n in range(5)], Rung.CONTENT),
    ],
)
def test_down_the_ladder(entries: list[Marks], rung: Rung) -> None:
    """Each rung is left where it tells more than one in twenty entries not apart."""
    assert rung_of(entries) is rung
    assert len(set(identities(entries, rung))) == len(entries)


def test_a_feed_can_be_kept_down() -> None:
    """A feed that had to come down does not climb back by itself."""
    assert rung_of(many(5), at_least=Rung.LINK) is Rung.LINK


def test_repetitions_have_no_identity() -> None:
    """The same entry twice in one document is one entry, and spoils no guid."""
    entries = [marks(1, guid="a"), marks(1, guid="a"), marks(2, guid="b"), marks(1, guid="a", title="corrected")]
    assert rung_of(entries) is Rung.GUID
    assert identities(entries, Rung.GUID) == ["a", None, "b", None]


@given(
    st.lists(
        st.builds(
            Marks,
            guid=st.one_of(st.none(), st.sampled_from("abc")),
            url_key=st.sampled_from([UrlKey(f"https://x.example/{n}") for n in range(4)]),
            published=st.sampled_from(["", "1", "2"]),
            title=st.sampled_from(["", "t"]),
            content=st.just(""),
        ),
        max_size=12,
    ),
    st.sampled_from(Rung),
)
def test_no_two_entries_share_an_identity(entries: list[Marks], rung: Rung) -> None:
    """On every rung, whatever the document: identities are unique, and the first entry always has one."""
    names = [name for name in identities(entries, rung) if name is not None]
    assert len(names) == len(set(names))
    assert not entries or identities(entries, rung)[0] is not None
