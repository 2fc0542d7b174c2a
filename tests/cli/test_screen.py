"""How things are shown: fitted to a terminal, whole in a pipe, hostile text as it is written."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest
from rich.cells import cell_len

from pipeline.cli import screen
from pipeline.index.query import Fragment

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
Capture = pytest.CaptureFixture[str]
Terminal = Callable[[int], None]

# as it comes → as it is shown on a line
HOSTILE = {
    "[red]x[/] [/]": "[red]x[/] [/]",
    ":warning: [link=https://evil.example]x[/link]": ":warning: [link=https://evil.example]x[/link]",
    "back\\[slash\\": "back\\[slash\\",
    "\x1b[2Jcleared \x1b]0;title\x07": "[2Jcleared ]0;title",
    "\x9b31mred": "31mred",
    "one\ttwo\r\nthree\u2028four": "one two three four",
    "abc\u202egpj.exe\u2066x\u2069": "abcgpj.exex",
    "half a pair \ud800": "half a pair \ufffd",
    "\x00a\x08\x7f": "a",
    "wide 東京": "wide 東京",
    "שלום \u200fعربي": "שלום \u200fعربي",
}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_literal_wherever_it_is_shown(text: str, capsys: Capture, terminal: Terminal) -> None:
    """In a pipe and on a terminal: line, paragraph, table, label, remark, error, log."""
    expected = HOSTILE[text]
    for prepare in (lambda: None, lambda: terminal(100)):
        prepare()
        screen.show(screen.line(text))
        screen.table("", ("first", "second"), [("-", text)], wraps=("second",))
        screen.labelled([("-", text)])
        shown = [line.removeprefix("-").strip() for line in capsys.readouterr().out.splitlines()]
        assert shown[0] == expected
        assert shown[-1] == shown[-2] == expected
    screen.note(text)
    screen.fail(text)
    assert "\x1b" not in (told := capsys.readouterr().err)
    assert expected in " ".join(told.split())


def test_plain_keeps_the_lines_of_a_text() -> None:
    """Tables within articles come with tabs and line ends."""
    assert screen.plain("a\tb\nc\x1b[0m") == "a\tb\nc[0m"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s ago"),
        (59, "59 s ago"),
        (60, "1 min ago"),
        (3599, "60 min ago"),
        (3600, "1 h ago"),
        (86400, "1 d ago"),
        (86400 * 400, "400 d ago"),
        (-61, "in 1 min"),
    ],
)
def test_ago(seconds: float, shown: str) -> None:
    """The largest unit of which there is one."""
    assert screen.ago(NOW - timedelta(seconds=seconds), NOW) == shown


def test_never_is_a_dash() -> None:
    """Not an empty cell, which could be read as forgotten."""
    assert screen.ago(None, NOW) == "–"


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1_234_567, "1.2 MB"), (5e9, "5.0 GB"), (5e12, "5000.0 GB")]
)
def test_sizes(count: float, shown: str) -> None:
    """In units people read."""
    assert screen.size_of(count) == shown


def test_counts() -> None:
    """With the noun in its number, and in the order given."""
    assert [screen.count_of(number, "feed") for number in (0, 1, 1234)] == ["0 feeds", "1 feed", "1,234 feeds"]
    assert screen.count_of(2, "entry", "entries") == "2 entries"
    assert screen.listed({"b": 1, "a": 2000}) == "1 b, 2,000 a"
    assert screen.listed({}) == ""


# ── tables ────────────────────────────────────────────────────────────────────────────────────────────────────────

COLUMNS = ("name", "entries", "text")
ROWS = [("first", 1, "a long text " * 30), ("the second one", 20, "short"), ("третий 東京", None, "")]


def table(**more: Any) -> None:
    """Print the table above."""
    screen.table("a title", COLUMNS, ROWS, right=("entries",), **more)


def test_in_a_pipe_each_row_is_one_line(capsys: Capture) -> None:
    """However long; columns begin below each other, numbers end so, and no line ends in spaces."""
    table(wraps=("text",))
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["a title", "name            entries  text"]
    assert len(lines) == 5
    assert lines[2] == ("first                 1  " + "a long text " * 30).rstrip()
    assert lines[3] == "the second one       20  short"
    assert lines[4] == "третий 東京"
    assert [line.index(start) for line, start in zip(lines[1:4], ("text", "a long", "short"), strict=True)] == [25] * 3


def test_on_a_terminal_a_table_fits(capsys: Capture, terminal: Terminal) -> None:
    """The long text takes several lines, all else is whole."""
    terminal(60)
    table(wraps=("text",))
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert max(map(cell_len, lines)) <= 60
    assert lines[2].startswith("first                 1  a long text a long text")
    assert lines[3].startswith(" " * 25)
    assert sum("the second one       20  short" in line for line in lines) == 1
    assert "".join(lines).count("long") == 30


def test_what_does_not_wrap_is_cut_with_an_ellipsis(capsys: Capture, terminal: Terminal) -> None:
    """A row stays one line."""
    terminal(60)
    table()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert lines[2].rstrip().endswith("…")


def test_a_table_without_rows_says_so(capsys: Capture) -> None:
    """A title over nothing looks like a fault."""
    screen.table("feeds", ("feed",), [])
    assert capsys.readouterr().out == "feeds\n(none)\n"


@pytest.mark.parametrize(
    ("natural", "wrapping", "room", "widths"),
    [
        ([10, 10, 10], [False] * 3, 34, [10, 10, 10]),
        ([10, 10, 10], [False] * 3, 33, [10, 9, 10]),
        ([10, 10, 90], [False, False, True], 60, [10, 10, 36]),
        ([30, 10, 90], [False, False, True], 58, [30, 10, 14]),
        ([30, 10, 90], [False, False, True], 68, [30, 10, 24]),
        ([30, 30], [False] * 2, 40, [30, 8]),
        ([60, 30], [False] * 2, 40, [32, 6]),
        ([60, 30], [False] * 2, 5, [6, 6]),
        ([50], [True], 40, [40]),
    ],
)
def test_which_columns_give_way(natural: list[int], wrapping: list[bool], room: int, widths: list[int]) -> None:
    """What wraps first, then the widest, the name last; nothing below what can be read."""
    found = screen.fitted_widths(natural, wrapping, room)
    assert found == widths


# ── paragraphs ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_paragraphs_are_indented_and_wrapped_at_words_on_a_terminal(capsys: Capture, terminal: Terminal) -> None:
    """In a pipe they are one line."""
    screen.show("some words " * 10, indent=4)
    assert capsys.readouterr().out == f"    {'some words ' * 10}\n"
    terminal(40)
    screen.show("some words " * 10, indent=4)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 2
    assert all(line.startswith("    some") and len(line.rstrip()) <= 40 for line in lines)


def test_labelled_texts_hang_below_their_beginning(capsys: Capture, terminal: Terminal) -> None:
    """The label stands before the first line only."""
    rows = [("places", "Reykjavik, " * 9), ("people", "one")]
    screen.labelled(rows)
    assert capsys.readouterr().out.splitlines() == [f"places  {('Reykjavik, ' * 9).strip()}", "people  one"]
    terminal(40)
    screen.labelled(rows)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("places  Reykjavik,")
    assert lines[1].startswith("        Reykjavik,")
    assert lines[-1] == "people  one"
    screen.labelled([])
    assert capsys.readouterr().out == ""


def test_matches_are_marked_in_one_line() -> None:
    """Line ends within a snippet are no line ends on the screen."""
    text = screen.marked([Fragment(text="a\nb [x] ", marked=False), Fragment(text="ferry\x1b", marked=True)])
    assert text.plain == "a b [x] ferry"
    assert [(span.start, span.end) for span in text.spans if span.style] == [(8, 13)]


@pytest.mark.parametrize(("width", "wide"), [(119, False), (120, True)])
def test_a_terminal_is_wide_or_not(terminal: Terminal, width: int, wide: bool) -> None:
    """A pipe always is."""
    assert screen.is_wide()
    terminal(width)
    assert screen.is_wide() is wide


# ── JSON and progress ─────────────────────────────────────────────────────────────────────────────────────────────


class Colour(StrEnum):
    """Something with a text."""

    RED = "red"


def test_json_is_one_document_with_times_in_utc(capsys: Capture) -> None:
    """Letters as they are where the output can hold them."""
    eastern = datetime.fromisoformat("2026-11-20T07:00:00-05:00")
    screen.print_json({"at": eastern, Colour.RED: Colour.RED, "set": NOW.tzinfo, "text": "東京 \x1b"})
    shown = capsys.readouterr().out
    assert json.loads(shown) == {"at": "2026-11-20T12:00:00Z", "red": "red", "set": "UTC", "text": "東京 \x1b"}
    assert "東京 \\u001b" in shown


def test_json_is_ascii_for_an_output_that_is_not_unicode(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nothing is lost."""

    class Latin:
        encoding = "ISO-8859-1"

        def write(self, text: str) -> None:
            """Keep it."""
            written.append(text)

    written: list[str] = []
    monkeypatch.setattr(sys, "stdout", Latin())
    screen.print_json("東京")
    assert "".join(written) == '"\\u6771\\u4eac"\n'


def test_progress_is_shown_on_terminals_only(capsys: Capture) -> None:
    """A log wants no bars; the function that advances it is there all the same."""
    with screen.progress("doing [red]things[/]", 3) as tick:
        tick(1)
        tick(2)
    assert capsys.readouterr() == ("", "")
