"""An article's text as Markdown (CommonMark with tables), safe to be rendered: whatever a page wrote stays text. Pure.

Every character that could begin markup is escaped, so that neither HTML, links, pictures nor code come of a hostile text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final, NamedTuple

from pipeline.types import BlockKind

MAX_CELLS: Final = 40  # of a table's row
CELLS: Final = " | "  # between the cells of a row, as blocks keep them

# Always markup somewhere in a line; `&` only where an entity would come of it, `:` where a bare address would become a link.
_ANYWHERE: Final = re.compile(r"[\\`*_{}\[\]<>|~$]|&(?=#?\w)|(?<=\w):(?=//)|(?<=\bwww)\.|@|(?<= )#(?=#*$)")
_AT_START: Final = re.compile(r"^(?:[#+=-]|\d{1,9}(?=[.)]))")


class Piece(NamedTuple):
    """One block of a body. `level` is a heading's as on the page, 0 elsewhere."""

    kind: str
    text: str
    level: int = 0


def markdown_of(pieces: Iterable[Piece], title: str = "") -> str:
    """Return a body as Markdown, under its title where one is given; '' for nothing, else it ends with a line break.

    Headings of the body are of level 2 and below; neighbouring points make one list, neighbouring rows one table.
    """
    parts = [f"# {escaped(title)}"] if title else []
    for kind, run in groupby(pieces, key=lambda piece: piece.kind):
        group = list(run)
        if kind == BlockKind.ENUMERATION:
            parts.append("\n".join(f"- {escaped(piece.text)}" for piece in group))
        elif kind == BlockKind.TABLE:
            parts.append("\n".join(_table([piece.text for piece in group])))
        else:
            parts += [_block(piece) for piece in group]
    return "\n\n".join(part for part in parts if part.strip()) + "\n" if any(parts) else ""


def escaped(text: str) -> str:
    """Return a text on one line in which nothing is markup."""
    line = _ANYWHERE.sub(_escape, " ".join(text.split()))
    return _AT_START.sub(_escape_start, line)


def _escape(found: re.Match[str]) -> str:
    return "\\" + found.group()


def _escape_start(found: re.Match[str]) -> str:
    """Escape a sign that begins a heading, a list or a rule; of a number, the sign after it is what makes the list."""
    return found.group() + "\\" if found.group()[0].isdigit() else "\\" + found.group()


def _block(piece: Piece) -> str:
    if piece.kind == BlockKind.HEADING:
        return f"{'#' * min(6, max(2, piece.level))} {escaped(piece.text)}"
    return f"> {escaped(piece.text)}" if piece.kind == BlockKind.QUOTE else escaped(piece.text)


def _table(rows: Iterable[str]) -> Iterator[str]:
    """Yield a table's lines: the first row stands over the others, all have as many cells as the widest."""
    cut = [[escaped(cell) for cell in row.split(CELLS)][:MAX_CELLS] for row in rows]
    width = max(map(len, cut))
    for number, cells in enumerate(cut):
        yield "| " + CELLS.join(cells + [""] * (width - len(cells))) + " |"
        if number == 0:
            yield "|" + " --- |" * width
