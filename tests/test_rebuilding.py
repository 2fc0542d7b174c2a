"""A second index beside the first: both backends are rebuilt while writing goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import cast

import pytest

from pipeline.errors import ConfigurationError
from pipeline.index import open_index
from pipeline.rebuilding import RebuildableIndex, compare, copy_missing, differences, promote, rebuild
from pipeline.types import ArticleId
from tests.index.clusters import empty_elastic
from tests.index.documents import document

BACKENDS = ["embedded", pytest.param("elasticsearch", marks=pytest.mark.xdist_group("elasticsearch"))]
DAYS = [date(2026, 11, 20), date(2026, 11, 21)]
KNOWN = [document("one", title="Oil"), document("two", title="Gas", language="de"), document("hidden", noindex=True)]


@pytest.fixture(params=BACKENDS)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RebuildableIndex]:
    """Three documents, one of which is not to be found."""
    if request.param == "embedded":
        opened = cast("RebuildableIndex", open_index(f"embedded://{tmp_path / 'index'}"))
    else:
        opened = empty_elastic(request.getfixturevalue("elasticsearch_url"), "test-rebuild")
    opened.prepare()
    opened.upsert(KNOWN)
    opened.refresh()
    yield opened
    opened.close()


def fill_one(new: RebuildableIndex, day: date) -> dict[str, int]:
    """What a replay of a day brings: on the first, one document as a newer pipeline has it."""
    if day == DAYS[0]:
        new.upsert([document("one", title="Crude oil")])
    return {}


def test_a_rebuild_is_filled_compared_and_put_in_place(index: RebuildableIndex) -> None:
    """What the replay made stays as it is; the rest is copied; nothing of it is seen before it is promoted."""
    days: list[int] = []
    found = rebuild(index, DAYS, fill_one, progress=days.append)
    assert days == [1, 1]
    assert (found.old, found.new, found.missing, found.sampled) == (3, 3, 0, 3)
    assert found.differing == {document("one")["article_id"]: ("title",)}
    assert title(index, "one") == "Oil"
    promote(index)
    index.refresh()
    assert title(index, "one") == "Crude oil"
    assert index.count() == 2
    assert index.building() is None


def test_what_is_written_meanwhile_goes_to_both(index: RebuildableIndex) -> None:
    """New documents, changes and deletions; a newer text is not overwritten by the copy of an older one."""
    new = index.begin_building()
    index.upsert([document("three"), document("one", title="Newer", version=9)])
    index.delete([ArticleId(document("two")["article_id"])])
    index.refresh()
    new.refresh()
    assert title(new, "three") == "A quiet day"
    assert copy_missing(index, new) == 1  # the hidden one
    new.refresh()
    assert compare(index, new).missing == 0
    new.close()
    promote(index)
    index.refresh()
    assert title(index, "one") == "Newer"
    assert index.get(ArticleId(document("two")["article_id"])) is None
    assert index.count() == 2


def test_another_process_goes_over_to_the_new_one(index: RebuildableIndex, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """It is told by nobody."""
    if request.node.callspec.params["index"] == "embedded":
        other = cast("RebuildableIndex", open_index(f"embedded://{tmp_path / 'index'}"))
    else:
        from pipeline.index.elastic import ElasticIndex
        from pipeline.index.elastic_mapping import Names

        other = ElasticIndex(request.getfixturevalue("elasticsearch_url"), names=Names("test-rebuild"))
    assert title(other, "one") == "Oil"
    rebuild(index, DAYS, fill_one)
    promote(index)
    index.refresh()
    assert title(other, "one") == "Crude oil"
    other.upsert([document("four")])
    other.refresh()
    assert index.count() == 3
    other.close()


def test_what_lacks_documents_is_not_put_in_place(index: RebuildableIndex) -> None:
    """Unless somebody says so; and nothing is put in place where nothing is built."""
    with pytest.raises(ConfigurationError, match="wireroom index rebuild"):
        promote(index)
    with pytest.raises(ConfigurationError, match="nothing is being built"):
        index.promote()
    index.begin_building().close()
    with pytest.raises(ConfigurationError, match=r"lacks 3 documents.+--even-if-missing"):
        promote(index)
    promote(index, even_if_missing=True)
    assert index.count() == 0


def test_the_old_one_is_kept_until_it_is_dropped(index: RebuildableIndex) -> None:
    """A rebuild that is given up is dropped as well; the one in use never is."""
    assert index.drop() == ()
    rebuild(index, DAYS, fill_one)
    promote(index)
    assert index.drop()
    index.begin_building().close()
    assert index.drop()
    assert index.building() is None
    assert index.drop() == ()
    index.refresh()
    assert index.count() == 2


def test_a_rebuild_goes_on_where_it_was(index: RebuildableIndex) -> None:
    """Beginning again finds what is there."""
    new = index.begin_building()
    new.upsert([document("one", title="Crude oil")])
    new.close()
    again = index.begin_building()
    again.refresh()
    assert title(again, "one") == "Crude oil"
    again.close()


def test_every_document_is_yielded(index: RebuildableIndex) -> None:
    """Those that are not found too, as they are."""
    found = sorted(index.documents(), key=lambda each: each["article_id"])
    assert found == sorted(KNOWN, key=lambda each: each["article_id"])


def test_how_a_document_was_made_is_no_difference() -> None:
    """A newer pipeline may say otherwise."""
    assert differences(document("x"), document("x", pipeline={"clean": "2"}, indexed_at="2026-12-01T00:00:00Z")) == ()
    assert differences(document("x"), document("x", title="Y", words=9)) == ("title", "words")


def title(index: RebuildableIndex, name: str) -> str | None:
    """The title of a document."""
    found = index.get(ArticleId(document(name)["article_id"]))
    return found["title"] if found else None
