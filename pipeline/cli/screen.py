"""How the command line shows things: tables, JSON, progress. Data goes to standard output, all else to standard error.

On a terminal text is fitted to its width; in a pipe a line stays a line, however long, for grep and awk. Whatever came from
outside is shown as it is written: no escape sequence acts, no markup is read.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from pipeline.index.query import Fragment
from pipeline.tally import Progress as Tick

out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)

_CONTROLS: Final = (*range(9), *range(11, 32), *range(127, 160))  # all but tab and newline: without them no escape sequence
_OVERRIDES: Final = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))  # they make text read otherwise than it is written
_REMOVED: Final = dict.fromkeys((*_CONTROLS, *_OVERRIDES))
_SURROGATES: Final = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")  # cannot be printed at all
_PLAIN: Final = {**_REMOVED, **_SURROGATES}
GAP: Final = "  "  # between columns
WRAPPED: Final = 24  # columns that a wrapped text keeps as long as others can give way
LEAST: Final = 6
WIDE: Final = 120

K = TypeVar("K")


# ── text ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def plain(text: object) -> str:
    """Return hostile text fit for a terminal: no control characters, hence no escape sequences; lines are kept."""
    return str(text).translate(_PLAIN)


def line(text: object) -> str:
    """Return hostile text fit for one line of a terminal."""
    return " ".join(plain(text).split())


def marked(fragments: Iterable[Fragment]) -> Text:
    """Return snippet fragments as one line with the matches highlighted."""
    text = Text()
    for fragment in fragments:
        text.append(plain(fragment.text).replace("\n", " "), style="bold yellow" if fragment.marked else "")
    return text


def show(*parts: str | Text | tuple[str, str], indent: int = 0) -> None:
    """Print one paragraph, put together from texts and (text, style) pairs; indented and, on a terminal, wrapped."""
    text = Text.assemble(*parts)
    if out.is_terminal:
        out.print(Padding(text, (0, 0, 0, indent), expand=False), soft_wrap=False)
    else:
        out.print(Text(" " * indent) + text)


def labelled(rows: Iterable[tuple[str, str]]) -> None:
    """Print texts with a label before each; lines of a text that is wrapped begin below each other."""
    rows = list(rows)
    width = max((cell_len(label) for label, _ in rows), default=0)
    for label, text in rows:
        wrapped = Text(line(text)).wrap(out, max(20, out.width - width - len(GAP))) if out.is_terminal else [Text(line(text))]
        for number, part in enumerate(wrapped):
            out.print(Text.assemble((f"{'' if number else label:<{width}}", "dim"), GAP, part))


def is_wide() -> bool:
    """Whether there is room for what may be left out: on a wide terminal, and always in a pipe."""
    return not out.is_terminal or out.width >= WIDE


def ago(then: datetime | None, now: datetime) -> str:
    """Return how long ago a time is, in the largest sensible unit; "in 5 min" for the future, "–" for none."""
    if then is None:
        return "–"
    seconds = (now - then).total_seconds()
    return f"in {duration(-seconds)}" if seconds < 0 else f"{duration(seconds)} ago"


def duration(seconds: float) -> str:
    """Return a length of time, not negative, in the largest unit of which there is at least one."""
    for size, unit in ((86400.0, "d"), (3600.0, "h"), (60.0, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def size_of(count: float) -> str:
    """Return a number of bytes in a unit people read."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def count_of(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: "1 feed", "2 feeds"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(counts: Mapping[K, int]) -> str:
    """Return counts in their order: "3 changed, 1 gone"."""
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


# ── tables and JSON ───────────────────────────────────────────────────────────────────────────────────────────────


def print_json(value: Any) -> None:
    """Print one JSON document. Times are ISO 8601."""
    unicode = (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf")
    json.dump(value, sys.stdout, ensure_ascii=not unicode, indent=2, default=_jsonable)
    sys.stdout.write("\n")


def _jsonable(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)


def table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = (), wraps: Sequence[str] = ()
) -> None:
    """Print a table: `right` names the columns of numbers, `wraps` those that may take several lines on a terminal.

    Where the terminal is too narrow these give way first, then the others are cut with an ellipsis. A table without rows
    is its title and "(none)".
    """
    cells = [["" if cell is None else line(cell) for cell in row] for row in rows]
    if title:
        out.print(Text(title, style="bold"))
    if not cells:
        out.print(Text("(none)", style="dim"))
    elif out.is_terminal:
        _fitted(columns, cells, right, wraps)
    else:
        _in_full(columns, cells, right)


def _fitted(columns: Sequence[str], cells: Sequence[Sequence[str]], right: Sequence[str], wraps: Sequence[str]) -> None:
    natural = [max(map(cell_len, column)) for column in zip(columns, *cells, strict=True)]
    widths = fitted_widths(natural, [column in wraps for column in columns], out.width)
    shown = Table(header_style="bold", box=None, pad_edge=False, padding=(0, len(GAP), 0, 0))
    for column, width in zip(columns, widths, strict=True):
        wrapping = column in wraps
        justify: JustifyMethod = "right" if column in right else "left"
        shown.add_column(Text(column), justify=justify, width=width, no_wrap=not wrapping, overflow="fold" if wrapping else "ellipsis")
    for row in cells:
        shown.add_row(*map(Text, row))
    out.print(shown, soft_wrap=False)


def fitted_widths(natural: Sequence[int], wrapping: Sequence[bool], room: int) -> list[int]:
    """Return column widths that fit into `room` with their gaps, as near to the natural ones as can be.

    Columns that wrap give way first, then whichever is widest, the first one last: it holds the name.
    """
    widths = list(natural)
    everyone = range(len(widths))
    ranks = [(WRAPPED, [at for at in everyone if wrapping[at]]), (LEAST, [at for at in everyone if at > 0]), (LEAST, list(everyone))]
    for least, columns in ranks:
        while sum(widths) + len(GAP) * (len(widths) - 1) > room:
            widest = max(columns, key=lambda at: widths[at], default=None)
            if widest is None or widths[widest] <= least:
                break
            widths[widest] -= 1
    return widths


def _in_full(columns: Sequence[str], cells: Sequence[Sequence[str]], right: Sequence[str]) -> None:
    widths = [max(map(cell_len, column)) for column in zip(columns, *cells, strict=True)]
    for row in (columns, *cells):
        padded = [
            " " * (width - cell_len(cell)) + cell if column in right else cell + " " * (width - cell_len(cell))
            for column, cell, width in zip(columns, row, widths, strict=True)
        ]
        out.print(Text(GAP.join(padded).rstrip()))


# ── on standard error ─────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Tick]:
    """Show a progress bar on standard error, where that is a terminal, while the block runs; yields what advances it."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(SpinnerColumn(), *columns, console=err, disable=not err.is_terminal) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.advance(task, done)


def fail(message: str) -> None:
    """Print an error for people."""
    err.print(Text.assemble(("error: ", "bold red"), plain(message)))


def note(message: str) -> None:
    """Print a remark on standard error."""
    err.print(Text(plain(message)))


class LogLines(logging.Handler):
    """Shows what is logged on standard error, above a progress bar where there is one."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one line, with the traceback of an unexpected error below it."""
        err.print(Text(plain(self.format(record)), style="dim"))


@contextmanager
def logging_on_screen() -> Iterator[logging.Logger]:
    """Show what our own modules log while the block runs; yields the logger, whose level the caller sets."""
    logger = logging.getLogger("pipeline")
    lines = LogLines()
    lines.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    before = logger.level
    logger.addHandler(lines)
    try:
        yield logger
    finally:
        logger.removeHandler(lines)
        logger.setLevel(before)
