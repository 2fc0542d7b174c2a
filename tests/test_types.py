"""The records: frozen, slotted, named, comparable, and safe as defaults."""

from __future__ import annotations

import dataclasses
import inspect
import typing
from datetime import UTC, datetime
from enum import StrEnum

import pytest

from pipeline import ledger, types
from pipeline.types import ArchivePointer, Article, ArticleId, Block, BlockKind, Digest, EntryId, FeedId, FetchedPage, UrlKey

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
RECORDS = [
    one
    for module in (types, ledger)
    for one in vars(module).values()
    if inspect.isclass(one) and dataclasses.is_dataclass(one) and one.__module__ == module.__name__
]

CLASSES = [one for module in (types, ledger) for one in vars(module).values() if inspect.isclass(one)]
WORDS = [one for one in CLASSES if issubclass(one, StrEnum) and one is not StrEnum]


@pytest.mark.parametrize("record", RECORDS, ids=lambda one: one.__name__)
def test_a_record_is_frozen_slotted_and_named(record: type) -> None:
    """It may be shared and compared, holds no surprises, and its fields are never mixed up."""
    options = record.__dataclass_params__  # type: ignore[attr-defined]
    assert (options.frozen, options.eq) == (True, True)
    assert "__slots__" in vars(record)
    assert all(field.kw_only for field in dataclasses.fields(record))
    assert record.__doc__
    assert not record.__doc__.startswith(f"{record.__name__}("), "the docstring is a contract"


@pytest.mark.parametrize("record", RECORDS, ids=lambda one: one.__name__)
def test_sequences_are_tuples(record: type) -> None:
    """Whoever gets one cannot change it for others; mappings are read-only by type."""
    hints = typing.get_type_hints(record)
    origins = {typing.get_origin(hint) for hint in hints.values()}
    assert not origins & {list, dict, set}
    assert not set(hints.values()) & {list, dict, set, typing.Any}


@pytest.mark.parametrize("words", WORDS, ids=lambda one: one.__name__)
def test_words_of_a_closed_set_are_short_and_lower_case(words: type[StrEnum]) -> None:
    """They are task ids, commands, metric names and columns of at most 16 characters."""
    for word in words:
        assert word.value == word.value.lower()
        assert 0 < len(word.value) <= 16
        assert str(word) == word.value


def test_a_header_is_found_in_any_case_of_letters() -> None:
    """The first of its name; None where there is none."""
    page = FetchedPage(
        url="https://news.example/",
        final_url="https://news.example/",
        status=200,
        headers=(("ETag", '"1"'), ("Set-Cookie", "a"), ("set-cookie", "b")),
        body=b"",
        digest=Digest(""),
        fetched_at=NOON,
    )
    assert page.header("etag") == '"1"'
    assert page.header("SET-COOKIE") == "a"
    assert page.header("Last-Modified") is None


def test_the_text_of_an_article_is_its_blocks() -> None:
    """Joined by blank lines: the offsets of entities and quotes count in it."""
    blocks = (Block(kind=BlockKind.HEADING, text="One", level=2), Block(kind=BlockKind.PARAGRAPH, text="Two three."))
    article = Article(
        article_id=ArticleId(""),
        entry_id=EntryId(""),
        feed_id=FeedId("x"),
        url="https://news.example/",
        url_key=UrlKey("https://news.example/"),
        aliases=(),
        publisher="",
        country=None,
        title="",
        blocks=blocks,
        fetched_at=NOON,
        first_seen_at=NOON,
        pointer=ArchivePointer(file="", offset=0, length=0, digest=Digest("")),
        text_digest=Digest(""),
        cleaner="x/1",
    )
    assert article.text == "One\n\nTwo three."
    assert dataclasses.replace(article, blocks=()).text == ""
