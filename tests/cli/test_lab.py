"""`wireroom lab` as a person meets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Wireroom
from tests.test_importing import story, warc


def test_run_report_promote(wireroom: Wireroom, home: Path, tmp_path: Path) -> None:
    """A trial that finds nothing to change, told on the screen, as JSON and as a page; promoted; then another can begin."""
    wireroom("import", "warc", warc(tmp_path, *(story(n) for n in range(4))))
    ran = wireroom("lab", "run", "--sample", "3", "--stage", "clean")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("3 pages of 3: 3 same")
    assert "`wireroom lab promote` replays every page of its span" in ran.err
    page = tmp_path / "report.html"
    told = wireroom("lab", "report", "--json", "--html", str(page)).json
    assert (told["looked"], told["fates"], told["trial"]["question"]["sample"]) == (3, {"same": 3}, 3)
    assert "<h1>The lab</h1>" in page.read_text()
    assert "another trial stands" in wireroom("lab", "run").err
    assert wireroom("lab", "promote", "--json").json == {"cleaned again": 4, "indexed": 4}
    assert wireroom("lab", "run").out.startswith("4 pages of 4: 4 current")
    assert "a trial of the lab stands" in wireroom("index", "rebuild").err
    assert wireroom("lab", "drop").err.startswith("dropped: ")


@pytest.mark.parametrize("command", ["report", "promote", "drop"])
def test_without_a_trial(wireroom: Wireroom, home: Path, command: str) -> None:
    """Each says how to begin one; exit code 2."""
    ran = wireroom("lab", command)
    assert ran.code == 2
    assert "there is no trial; begin one with `wireroom lab run`" in ran.err


def test_wrong_use_names_what_is_wrong(wireroom: Wireroom, home: Path, tmp_path: Path) -> None:
    """The option, the value, what is allowed."""
    for arguments, told in (
        (("--from", "May"), "--from: got 'May'; allowed: a day as YYYY-MM-DD"),
        (("--from", "2024-05-02", "--to", "2024-05-01"), "--to: got '2024-05-01'; allowed: a day not before 2024-05-02"),
        (("--sample", "0"), "--sample: got '0'; allowed: a whole number of at least 1"),
        (("--stage", "index"), "--stage: got 'index'; allowed: clean, enrich"),
        (("--html", str(tmp_path / "none" / "x.html")), "--html: got"),
    ):
        ran = wireroom("lab", "run", *arguments)
        assert ran.code == 2, arguments
        assert told in ran.err
