"""The command tree: help, versions, exit codes, and how errors and signals end a command."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from pipeline import __version__
from pipeline.cli import ingest
from pipeline.cli.app import app
from pipeline.errors import ConfigurationError, QuarantineError, RetryableError
from tests.cli.conftest import DemoHome, Ran, Wireroom

ROOT = Path(__file__).resolve().parents[2]


def commands(command: Any = None, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and group with the words that call it."""
    command = command or typer.main.get_command(app)
    yield words, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*words, name))


EVERY = dict(commands())
WORDS = {
    ("models", "list"),
    ("models", "install"),
    ("models", "learn"),
    ("models", "vectors"),
    ("story",),
    ("sources",),
    ("feeds", "list"),
    ("feeds", "add"),
    ("feeds", "remove"),
    ("feeds", "check"),
    ("feeds", "import"),
    ("feeds", "export"),
    ("push", "list"),
    ("push", "renew"),
    ("push", "dispatch"),
    ("poll",),
    ("run",),
    ("search",),
    ("export",),
    ("similar",),
    ("show",),
    ("explain",),
    ("status",),
    ("config",),
    ("doctor",),
    ("web",),
    ("up",),
    ("import", "pages"),
    ("import", "warc"),
    ("replay",),
    ("rebuild", "state"),
    ("coverage",),
    ("backfill", "plan"),
    ("backfill", "start"),
    ("backfill", "status"),
    ("backfill", "pause"),
    ("backfill", "resume"),
    ("backfill", "cancel"),
    ("airflow",),
    ("lab", "run"),
    ("lab", "report"),
    ("lab", "promote"),
    ("lab", "drop"),
    ("index", "rebuild"),
    ("index", "promote"),
    ("index", "parity"),
    ("index", "drop"),
    ("import", "ccnews"),
    ("import", "urls"),
    ("demo", "serve"),
    ("demo", "publish"),
}


# ── help ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_commands_are_those_that_are_documented() -> None:
    """A name that scripts rely on does not go unnoticed."""
    assert {words for words, command in EVERY.items() if not hasattr(command, "commands")} == WORDS


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_help_fits_80_columns_and_says_something(words: tuple[str, ...], wireroom: Wireroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each command: usage, a sentence, no line too long, nothing cut off, no option without explanation."""
    monkeypatch.setenv("COLUMNS", "80")
    ran = wireroom(*words, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: {' '.join(('wireroom', *words))} ")
    lines = ran.out.splitlines()
    assert max(map(len, lines)) < 80
    assert not any(line.endswith("...") for line in lines[1:])
    assert EVERY[words].help
    assert all(parameter.help for parameter in EVERY[words].params), "an option without help"


@pytest.mark.parametrize("words", [words for words, command in EVERY.items() if hasattr(command, "commands")], ids=" ".join)
def test_a_group_alone_shows_its_help(words: tuple[str, ...], wireroom: Wireroom) -> None:
    """On standard error, because nothing was done; exit code 2."""
    ran = wireroom(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "Commands:" in ran.err
    assert "error: " not in ran.err


def test_help_needs_no_right_settings(wireroom: Wireroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who cannot start it must at least be able to read how."""
    monkeypatch.setenv("WIREROOM_BATCH_SIZE", "x")
    assert wireroom("search", "--help").code == 0
    assert wireroom("config").code == 2


def test_version(wireroom: Wireroom) -> None:
    """One line."""
    assert wireroom("--version") == Ran(0, f"wireroom {__version__}\n", "")


# ── ends ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (ConfigurationError.of("FIELD", "value", "what is right"), 2, "error: FIELD: got 'value'; allowed: what is right\n"),
        (RetryableError("the disk is full"), 1, "error: the disk is full\n"),
        (QuarantineError("no batch x"), 1, "error: no batch x\n"),
        (KeyboardInterrupt(), 130, ""),
        (ConfigurationError("[red]literal[/] \x1b[31m"), 2, "error: [red]literal[/] [31m\n"),
    ],
)
def test_errors_of_our_tree_are_one_line(
    wireroom: Wireroom, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, told: str
) -> None:
    """No traceback; the exit code says what to do about it."""

    def raising() -> None:
        raise error

    monkeypatch.setattr(ingest, "open_rooms", raising)
    assert wireroom("poll") == Ran(code, "", told)


def test_a_fault_of_ours_keeps_its_traceback(wireroom: Wireroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is to be reported, so it must not be hidden."""

    def raising() -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(ingest, "open_rooms", raising)
    with pytest.raises(ZeroDivisionError):
        wireroom("poll")


def test_logging_goes_to_standard_error_as_loud_as_asked(wireroom: Wireroom, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quiet by default; --verbose or the setting make it louder; it ends with the command."""
    import logging

    def talking() -> None:
        logging.getLogger("pipeline.x").info("an item of news\x1b[2J")
        logging.getLogger("pipeline.x").warning("a warning")
        raise RetryableError("done")

    monkeypatch.setattr(ingest, "open_rooms", talking)
    quiet = wireroom("poll").err
    assert "an item" not in quiet
    assert "WARNING pipeline.x: a warning\n" in quiet
    assert "INFO pipeline.x: an item of news[2J\n" in wireroom("--verbose", "poll").err
    monkeypatch.setenv("WIREROOM_LOG_LEVEL", "ERROR")
    assert "a warning" not in wireroom("poll").err
    assert logging.getLogger("pipeline").handlers == []
    assert logging.getLogger("pipeline").level == logging.NOTSET


# ── as a program ──────────────────────────────────────────────────────────────────────────────────────────────────


def start(*arguments: str, stdout: Any = subprocess.PIPE, **environment: str) -> subprocess.Popen[bytes]:
    """`wireroom …` in a process of its own."""
    command = [sys.executable, "-m", "pipeline.cli", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stdout=stdout, stderr=subprocess.PIPE)


@pytest.mark.parametrize("arguments", [["search", "ferry", "--size", "80"], ["search", "ferry", "--json"], ["feeds", "export"]])
def test_a_reader_that_hangs_up_ends_it_quietly(demo_home: DemoHome, arguments: list[str]) -> None:
    """`wireroom search x | head -1`: no traceback, no complaint at the end of Python either."""
    reading, writing = os.pipe()
    os.close(reading)
    process = start(*arguments, stdout=writing)
    os.close(writing)
    _, told = process.communicate(timeout=60)
    assert (process.returncode, told) == (0, b"")


def test_colours_are_for_terminals_that_want_them(demo_home: DemoHome) -> None:
    """On a terminal, but with NO_COLOR only boldness is left."""
    import pty

    shown = {}
    for wanted in ({"NO_COLOR": ""}, {"NO_COLOR": "1"}):
        ours, theirs = pty.openpty()
        process = start("search", "ferry", "--size", "1", stdout=theirs, TERM="xterm-256color", COLUMNS="80", **wanted)
        os.close(theirs)
        text = b""
        while chunk := _read(ours):
            text += chunk
        process.communicate(timeout=60)
        os.close(ours)
        shown[wanted["NO_COLOR"]] = text
    assert b"\x1b[1;33m" in shown[""], "a match is bold and yellow"
    assert b"\x1b[1m" in shown["1"]
    assert not any(f"\x1b[{style}{colour}".encode() in shown["1"] for style in ("", "1;", "2;") for colour in (31, 33, 36))


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says EIO where the other side is closed
        return b""


def test_text_that_the_terminal_cannot_show_stops_nothing(demo_home: DemoHome) -> None:
    """An old encoding loses letters, not the answer; JSON loses nothing."""
    for arguments, expected in ((["--no-facets"], b"????"), (["--json"], b"\\u04")):
        process = start("search", "language:ru", "--size", "1", *arguments, PYTHONIOENCODING="latin-1")
        shown, told = process.communicate(timeout=60)
        assert process.returncode == 0
        assert b"Error" not in told
        assert expected in shown
        assert b"\x1b" not in shown
