from __future__ import annotations

from pipeline.index.document import ArticleDocument
from pipeline.index.fields import CODE_KEYS, NAME_KEYS, QUERY_FIELDS, field_named, field_names, field_of_key, nearest_field


def test_every_field_asks_a_key_of_the_document() -> None:
    """No field of the language points at nothing."""
    assert {field.key for field in QUERY_FIELDS} <= set(ArticleDocument.__annotations__)


def test_names_are_unique() -> None:
    """No name or other spelling belongs to two fields."""
    names = [name for field in QUERY_FIELDS for name in (field.name, *field.also)]
    assert len(names) == len(set(names))


def test_names_are_found_in_any_case() -> None:
    """Title:, TITLE: and people: are understood."""
    title, people = field_named("TITLE"), field_named("People")
    assert title is not None
    assert people is not None
    assert (title.key, people.name) == ("title", "person")
    assert field_named("x") is None
    assert field_names().startswith("title, body")


def test_keys_have_one_printed_name() -> None:
    """The time is printed as date:, whichever of its four names was typed."""
    printed = field_of_key("@timestamp")
    assert printed is not None
    assert printed.name == "date"
    assert field_of_key("archive") is None
    assert {"people", "source"} <= set(NAME_KEYS)
    assert {"url", "language"} <= set(CODE_KEYS)


def test_slips_are_recognised() -> None:
    """A letter too few finds the name; nonsense finds none."""
    assert nearest_field("titel") == "title"
    assert nearest_field("Organistion") == "org"
    assert nearest_field("zzz") is None
