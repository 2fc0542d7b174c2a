"""Two documents of one page → which fields differ, and how. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, cast

from pipeline.index.document import ArticleDocument
from pipeline.standing import Fate, SentenceChange
from pipeline.trials import Difference, FieldChange, Side

Compare = Callable[[str, str], Sequence[SentenceChange]]

DATES: Final = frozenset({"@timestamp", "published", "modified"})
# What tells how a document was made, what its ledger and its story say, and what a trial cannot change.
PASSED_OVER: Final = frozenset({
    "article_id", "version", "revision", "feed_id", "fetched_at", "first_seen_at", "indexed_at", "archive", "removed", "candidates",
    "pipeline", "story_id", "copy_of", "copy_kind", "copy_distance", "revision_of", "superseded_at", "changes", "taken_down_at",
})  # fmt: skip
MOST_SIDES: Final = 8
LONGEST: Final = 400  # characters of one side
_UNKNOWN_LANGUAGE: Final = "und"


def field_changes(old: ArticleDocument, new: ArticleDocument) -> tuple[FieldChange, ...]:
    """Return the fields that differ, by name. Blocks count only where the body is the same: they are its words again."""
    names = sorted({*old, *new} - PASSED_OVER - ({"blocks"} if old["body"] != new["body"] else set()))
    found = ((name, difference(name, old.get(name), new.get(name))) for name in names)
    return tuple(FieldChange(field=name, difference=how) for name, how in found if how is not None)


def difference(name: str, old: Any, new: Any) -> Difference | None:
    """Return how a field's value differs from what it was; None where it does not."""
    if old == new:
        return None
    if _is_empty(old) or _is_empty(new):
        if _is_empty(old) and _is_empty(new):
            return None
        return Difference.GAINED if _is_empty(old) else Difference.LOST
    if name in DATES:
        return Difference.MOVED
    if type(old) is type(new) and isinstance(old, str | list) and len(old) != len(new) and name != "language":
        return Difference.SHORTER if len(new) < len(old) else Difference.LONGER
    return Difference.CHANGED


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], _UNKNOWN_LANGUAGE)


def sides(old: Any, new: Any, compare: Compare) -> tuple[Side, ...]:
    """Return the stretches of a field that differ, at most eight, each cut to 400 characters: of a text its sentences, of a list its
    members, of anything else the whole.
    """
    if isinstance(old or new, list):
        found = _members(cast("list[Any]", old or []), cast("list[Any]", new or []))
    elif isinstance(old or new, str) and isinstance(new or old, str):
        found = _sentences(old or "", new or "", compare)
    else:
        found = iter([Side(before=_worded(old), after=_worded(new))])
    return tuple(_cut(one) for one, _ in zip(found, range(MOST_SIDES), strict=False))


def _sentences(old: str, new: str, compare: Compare) -> Iterator[Side]:
    changed = [Side(before=one.before, after=one.after) for one in compare(old, new) if one.fate is not Fate.KEPT]
    if len(changed) == 2 and {(one.before, one.after) for one in changed} == {(old, ""), ("", new)}:  # one sentence each, not alike
        changed = []
    yield from changed or [Side(before=old, after=new)]  # also where blanks or the shape of quotes alone differ


def _members(old: Sequence[Any], new: Sequence[Any]) -> Iterator[Side]:
    gone = [one for one in old if one not in new]
    come = [one for one in new if one not in old]
    if not gone and not come:  # another order, or one more of the same
        yield Side(before=", ".join(map(_worded, old)), after=", ".join(map(_worded, new)))
    for at in range(max(len(gone), len(come))):
        yield Side(before=_worded(gone[at]) if at < len(gone) else "", after=_worded(come[at]) if at < len(come) else "")


def _worded(value: Any) -> str:
    if isinstance(value, dict):
        return " · ".join(_worded(one) for one in value.values() if not _is_empty(one))
    return "" if value is None else str(value)


def _cut(side: Side) -> Side:
    return Side(before=_shortened(side.before), after=_shortened(side.after))


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
