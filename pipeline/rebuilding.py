"""A new index beside the old one: filled from ledger and archive while writing goes on, compared, and put in its place.

    begin ─▶ every day with captures: archive ─▶ clean … index ─▶ both indices     (from here on every write goes to both)
          ─▶ what only the old one has (earlier revisions, for one) is copied; where it has none, they are made anew
          ─▶ compare: how many, and a sample of documents field by field
    promote ─▶ the new one is searched; the old one is kept until `drop`

Nothing is begun twice: a rebuild that was cut short goes on where it was, because pages whose document is there and current are
passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final, Protocol

from pipeline.errors import ConfigurationError
from pipeline.index.document import ArticleDocument
from pipeline.ports import ArticleIndex
from pipeline.tally import Progress, no_progress
from pipeline.types import ArticleId

SAMPLED: Final = 200  # documents compared field by field
COPIED: Final = 500  # documents looked up at once
_OWN: Final = frozenset(
    {"indexed_at", "pipeline", "removed", "candidates", "vector", "vector_model"}
)  # what a newer pipeline may well say otherwise


class RebuildableIndex(ArticleIndex, Protocol):
    """An index that can stand twice for a while."""

    def documents(self) -> Iterator[ArticleDocument]:
        """Yield every document there is, those that are not found (noindex, earlier revisions) too, in no order."""
        ...

    def building(self) -> RebuildableIndex | None:
        """Return the index that is being built beside this one, or None. It is the caller's to close."""
        ...

    def begin_building(self) -> RebuildableIndex:
        """Return the index beside this one, made empty where there is none. From now on all that is written goes to both."""
        ...

    def promote(self) -> None:
        """Put the one that was built in the place of this one, which is kept. Raises `ConfigurationError` where none is there."""
        ...

    def drop(self) -> tuple[str, ...]:
        """Remove every index but the one in use; return their names."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How the two stand to each other. `differing` are ids whose documents say something else, of `sampled` ones."""

    old: int
    new: int
    missing: int  # documents of the old one that the new one lacks
    sampled: int
    differing: Mapping[ArticleId, tuple[str, ...]]

    def as_counts(self) -> dict[str, int]:
        """Return the numbers alone: what XCom carries."""
        counts = {"old": self.old, "new": self.new, "missing": self.missing, "sampled": self.sampled}
        return counts | {"differing": len(self.differing)}

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing from the new one."""
        return self.missing == 0


Replay = Callable[[RebuildableIndex, date], Mapping[str, int]]  # brings a day's pages into an index; returns counts
Restore = Callable[[RebuildableIndex], int]  # writes the earlier revisions that an index lacks; returns how many


def rebuild(
    index: RebuildableIndex, days: Sequence[date], replay: Replay, *, restore: Restore | None = None, progress: Progress = no_progress
) -> Comparison:
    """Build the new index, or go on building it, and compare it with the old one. Earlier revisions that the old one has are
    copied; `restore` makes those it has not.
    """
    new = index.begin_building()
    try:
        for day in days:
            replay(new, day)
            progress(1)
        new.refresh()
        copy_missing(index, new)
        if restore is not None:
            restore(new)
        new.refresh()
        return compare(index, new)
    finally:
        new.close()


def copy_missing(old: RebuildableIndex, new: ArticleIndex, *, leaving: Collection[ArticleId] = ()) -> int:
    """Copy the documents that only the old index has, but for those to be left out; return how many."""
    copied = 0
    for some in _portions(old.documents()):
        ids = [(document, ArticleId(document["article_id"])) for document in some]
        missing = [document for document, article_id in ids if article_id not in leaving and new.get(article_id) is None]
        refused = new.upsert(missing)
        copied += len(missing) - len(refused)
    return copied


def compare(old: RebuildableIndex, new: RebuildableIndex) -> Comparison:
    """Compare how many documents there are, and a sample of them, spread over all, field by field."""
    counts = [sum(1 for _ in index.documents()) for index in (old, new)]
    step = max(counts[0] // SAMPLED, 1)
    missing, sampled = 0, 0
    differing: dict[ArticleId, tuple[str, ...]] = {}
    for at, document in enumerate(old.documents()):
        article_id = ArticleId(document["article_id"])
        other = new.get(article_id)
        missing += other is None
        if other is not None and at % step == 0:
            sampled += 1
            if fields := differences(document, other):
                differing[article_id] = fields
    return Comparison(old=counts[0], new=counts[1], missing=missing, sampled=sampled, differing=differing)


def differences(one: ArticleDocument, other: ArticleDocument) -> tuple[str, ...]:
    """Return the fields in which two documents differ, but for those that tell how they were made."""
    return tuple(sorted(name for name in {*one, *other} - _OWN if one.get(name) != other.get(name)))


def promote(index: RebuildableIndex, *, even_if_missing: bool = False) -> None:
    """Put the new index in the place of the old one.

    Raises:
        ConfigurationError: there is none, or it lacks documents of the old one and that was not asked for.
    """
    new = index.building()
    if new is None:
        raise ConfigurationError("index: nothing is being built; begin with `wireroom index rebuild`")
    try:
        lacking = 0 if even_if_missing else compare(index, new).missing
    finally:
        new.close()
    if lacking:
        raise ConfigurationError(
            f"index: the new one lacks {lacking} documents; run `wireroom index rebuild` again, or add --even-if-missing"
        )
    index.promote()


def _portions(documents: Iterator[ArticleDocument]) -> Iterator[list[ArticleDocument]]:
    while some := list(islice(documents, COPIED)):
        yield some
