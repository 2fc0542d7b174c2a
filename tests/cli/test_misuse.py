"""A command line that cannot be read: option, value, what is allowed, and where help is."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Ran, Wireroom

MISUSES = {
    "serch": "No such command 'serch'. Did you mean 'search'? See `wireroom --help`",
    "feeds lst": "No such command 'lst'. Did you mean 'list'? See `wireroom feeds --help`",
    "feeds qqqq": "No such command 'qqqq'; see `wireroom feeds --help`",
    "search --size 0 x": "--size: got '0'; allowed: a whole number from 1 to 1,000; see `wireroom search --help`",
    "search --size ten x": "--size: got 'ten'; allowed: a whole number from 1 to 1,000; see `wireroom search --help`",
    "search --sort oldest x": "--sort: got 'oldest'; allowed: relevance, newest; see `wireroom search --help`",
    "search --jsn x": "--jsn: no such option; see `wireroom search --help`",
    "export --jsn x": "--jsn: no such option; see `wireroom export --help`",
    "status --bathces 3": "--bathces: no such option; did you mean --batches? See `wireroom status --help`",
    "status --qqqq": "--qqqq: no such option; see `wireroom status --help`",
    "status --batches": "Option '--batches' requires an argument",
    "status --json=yes": "Option '--json' does not take a value",
    "show": "URL|ID is missing: Address or id of an article; see `wireroom show --help`",
    "feeds remove": "ID is missing: Name of the feed, as `feeds list` shows it; see `wireroom feeds remove --help`",
    "show a b": "Got unexpected extra argument(s) (b); see `wireroom show --help`",
    "web --port 65536": "--port: got '65536'; allowed: a whole number from 1 to 65,535; see `wireroom web --help`",
    "up --airflow-port x": "--airflow-port: got 'x'; allowed: a whole number from 1 to 65,535; see `wireroom up --help`",
    "import pages": "FOLDER is missing: Folder of .html or .html.gz pages; see `wireroom import pages --help`",
    "import pages . --port 0": "--port: got '0'; allowed: a whole number from 1 to 65,535; see `wireroom import pages --help`",
    "import pages . --write-only --serve-only": "--write-only and --serve-only: got both; allowed: one of them",
    "up --urls list.csv": "--urls: got 'list.csv'; allowed: only together with --pages FOLDER",
}


@pytest.mark.parametrize("line", MISUSES)
def test_misuse_is_told_in_one_line(wireroom: Wireroom, line: str) -> None:
    """Exit code 2, nothing on standard output."""
    assert wireroom(*line.split()) == Ran(2, "", f"error: {MISUSES[line]}\n")


@pytest.mark.parametrize(
    ("name", "value", "line", "message"),
    [
        ("DEMO", "perhaps", "up", "DEMO: got 'perhaps'; allowed: true or false; see `wireroom up --help`"),
        ("AIRFLOW_PORT", "x", "up", "AIRFLOW_PORT: got 'x'; allowed: a whole number from 1 to 65,535; see `wireroom up --help`"),
        ("NEWSROOM_PORT", "0", "demo serve", "NEWSROOM_PORT: got '0'; allowed: a whole number from 1 to 65,535; see"),
    ],
)
def test_a_variable_is_named_where_the_value_came_from_it(
    wireroom: Wireroom, monkeypatch: pytest.MonkeyPatch, name: str, value: str, line: str, message: str
) -> None:
    """`make run DEMO=perhaps` knows nothing of --demo."""
    monkeypatch.setenv(name, value)
    ran = wireroom(*line.split())
    assert ran.code == 2
    assert ran.err.startswith(f"error: {message}")


def test_hostile_arguments_are_printed_as_they_are(wireroom: Wireroom) -> None:
    """Somebody else's text may have come into the line by way of the clipboard."""
    assert wireroom("[red]x[/]\x1b[2J").err.startswith("error: No such command '[red]x[/]")
    assert "\x1b" not in wireroom("[red]x[/]\x1b[2J").err
    assert "\x1b" not in wireroom("search", "--sort", "\x1b[2J").err
