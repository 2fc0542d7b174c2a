"""How revisions and what was changed are printed."""

from __future__ import annotations

from collections.abc import Sequence

import typer
from rich.text import Text

from pipeline.cli import screen
from pipeline.standing import Fate, Revision, SentenceChange
from pipeline.stories.sentences import compare

NOTHING_FOUND = 3
_SIGNS = {Fate.ADDED: ("+ ", "green"), Fate.REMOVED: ("- ", "red")}


def print_revisions(revisions: Sequence[Revision], which: str, *, as_json: bool) -> None:
    """Print every revision and what was changed since the one before. Exit code 3 where there is none."""
    if as_json:
        screen.print_json([_as_json(one, before) for one, before in zip(revisions, (None, *revisions), strict=False)])
    else:
        for one, before in zip(revisions, (None, *revisions), strict=False):
            _print_revision(one, before)
    if not revisions:
        screen.note(f"no text was kept of {which}; `wireroom explain` tells what became of it")
        raise typer.Exit(NOTHING_FOUND)


def _as_json(one: Revision, before: Revision | None) -> dict[str, object]:
    shown: dict[str, object] = {name: getattr(one, name) for name in ("number", "known_at", "title", "text", "changes", "modified")}
    edited = edits(before.text, one.text) if before else ()
    return shown | {"edits": [{"fate": each.fate, "before": each.before, "after": each.after} for each in edited]}


def _print_revision(one: Revision, before: Revision | None) -> None:
    how = ", ".join(one.changes) or ("first seen" if before is None else "no change of the text")
    screen.show((f"revision {one.number}", "bold"), f" · {one.known_at:%Y-%m-%d %H:%M} UTC · {how}")
    if before is None or before.title != one.title:
        screen.show(screen.line(one.title), indent=2)
    for each in edits(before.text, one.text) if before else ():
        print_edit(each)
    screen.show("")


def edits(before: str, after: str) -> tuple[SentenceChange, ...]:
    """Return the sentences that were not kept."""
    return tuple(one for one in compare(before, after) if one.fate is not Fate.KEPT)


def print_edit(one: SentenceChange) -> None:
    """Print what was taken out below a minus and what was put in below a plus."""
    for fate, text in ((Fate.REMOVED, one.before), (Fate.ADDED, one.after)):
        if text:
            sign, colour = _SIGNS[fate]
            screen.show(Text(sign, style=colour), screen.line(text), indent=2)
