from __future__ import annotations

from typing import Any

import pytest

from pipeline.index.document import ArticleDocument
from pipeline.index.elastic_analysis import LANGUAGE_GROUPS
from pipeline.index.elastic_mapping import Names, _by_type, as_it_was, properties, stored
from tests.index.documents import document

NAMES = Names("test-wire")


@pytest.mark.parametrize("group", LANGUAGE_GROUPS)
def test_every_field_of_a_document_is_mapped(group: str) -> None:
    """`dynamic: strict` would refuse it otherwise; and nothing is mapped that nobody sends, but what is derived."""
    mapped = properties(group)
    assert set(mapped) == {*ArticleDocument.__annotations__, "search", "rest"}
    assert mapped["noindex"] == {"type": "boolean"}
    assert mapped["words"]["type"] == "integer"


def test_a_field_nobody_has_decided_about_is_mapped_as_its_type_says() -> None:
    """So that a new field of the document is taken at once."""
    hints = {bool | None: "boolean", str | None: "keyword", list[str]: "keyword", int: "long", float | None: "double", bool: "boolean"}
    assert {hint: _by_type(hint)["type"] for hint in hints} == hints
    assert _by_type(list[dict[str, str]]) == {"type": "object", "enabled": False}


@pytest.mark.parametrize(
    ("changes", "index"),
    [
        ({}, "test-wire-000003-en-2026.11"),
        ({"language": "pt-BR", "@timestamp": "2026-12-31T23:30:00-02:00"}, "test-wire-000003-pt-2027.01"),
        ({"language": "ja"}, "test-wire-000003-cjk-2026.11"),
        ({"language": "und", "@timestamp": "1901-01-01T00:00:00Z"}, "test-wire-000003-other-before-2000"),
    ],
)
def test_the_index_is_of_language_and_month(changes: dict[str, Any], index: str) -> None:
    """In UTC; wrong dates of long ago share one index."""
    name = NAMES.index_of(3, document("x", **changes))
    assert name == index
    assert NAMES.generation_of(name) == 3
    assert NAMES.group_of(name) == index.split("-")[3]


@pytest.mark.parametrize(
    "name", ["test-wire", "test-wire-building", "test-wire-000003", "test-wires-000003-en-2026.11", "x-000003-en-2026"]
)
def test_names_of_others_are_not_ours(name: str) -> None:
    """Whatever they begin with."""
    assert NAMES.generation_of(name) is None


def test_what_is_stored_comes_back_as_it_was() -> None:
    """What searching needs is put beside the document and taken away again."""
    given = document("x", url="https://paper.example/x?utm_source=feed", url_keys=["https://paper.example/x"])
    kept = stored(given)
    assert kept["search"]["urls"] == ["https://paper.example/x"]
    assert kept["search"]["moment"] == 1_795_176_000_000_000
    assert kept["search"]["lag"] == 7 * 60
    assert as_it_was(kept) == given
    assert "search" not in given
