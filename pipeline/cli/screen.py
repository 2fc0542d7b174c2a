"""How the command line shows things: tables, JSON, progress. Data goes to standard output, all else to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from pipeline.index.query import Fragment
from pipeline.tally import Progress as Tick

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

PIPED_WIDTH = 240  # a line stays a line for grep and awk
CONTROL = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)))


def plain(text: object) -> str:
    """Return hostile text fit for a terminal: no control characters, hence no escape sequences."""
    return str(text).translate(CONTROL)


def print_json(value: Any) -> None:
    """Print one JSON document. Times are ISO 8601."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=_jsonable)
    sys.stdout.write("\n")


def _jsonable(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()) -> None:
    """Print a table; `right` names the columns of numbers."""
    shown = Table(title=title or None, title_justify="left", title_style="bold", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        shown.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(escape(plain("" if cell is None else cell)) for cell in row))
    Console(highlight=False, width=None if out.is_terminal else PIPED_WIDTH).print(shown)


def marked(fragments: Iterable[Fragment]) -> Text:
    """Return snippet fragments with the matches highlighted."""
    text = Text()
    for fragment in fragments:
        text.append(plain(fragment.text), style="bold yellow" if fragment.marked else "")
    return text


def ago(then: datetime | None, now: datetime) -> str:
    """Return how long ago a time is, in the largest sensible unit; "in 5 min" for the future, "–" for none."""
    if then is None:
        return "–"
    seconds = (now - then).total_seconds()
    for size, unit in ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s")):
        if abs(seconds) >= size or unit == "s":
            count = f"{abs(seconds) / size:.0f} {unit}"
            return f"in {count}" if seconds < 0 else f"{count} ago"
    raise AssertionError("unreachable")


def size_of(count: float) -> str:
    """Return a number of bytes in a unit people read."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    raise AssertionError("unreachable")


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Tick]:
    """Show a progress bar on standard error while the block runs; yields the function that advances it."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=not err.is_terminal) as bar:
        task = bar.add_task(escape(label), total=total)
        yield lambda done: bar.advance(task, done)


def fail(message: str) -> None:
    """Print an error for people."""
    err.print(Text.assemble(("error: ", "bold red"), plain(message)))


def note(message: str) -> None:
    """Print a remark on standard error."""
    err.print(escape(plain(message)))
