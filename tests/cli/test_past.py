"""`wireroom import warc`, `ccnews` and `urls` as a person meets them."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Ran, Wireroom
from tests.test_importing import story, warc


def test_warc_says_what_became_of_each_page(wireroom: Wireroom, home: Path, tmp_path: Path) -> None:
    """First a dry run, then the import, then nothing new."""
    path = warc(tmp_path, story(1), story(2, status="404 Not Found"))
    assert wireroom("import", "warc", path, "--dry-run") == Ran(0, "", "would be: 1 status-404, 1 taken\n")
    assert wireroom("import", "warc", path, "--json").json == {
        "dry_run": False,
        "found": {"status-404": 1, "taken": 1},
        "outcomes": {"indexed": 1},
    }
    assert wireroom("import", "warc", path, "--domain", "paper9.example").err == "1 other-domain, 1 status-404\n".replace(
        "1 other-domain, 1 status-404", "2 other-domain"
    )
    assert wireroom("search", "pier").out.count("Pier number 1") >= 1


def test_ccnews_by_a_list(wireroom: Wireroom, home: Path, tmp_path: Path) -> None:
    """A list of files, one a line, with what is wanted of them."""
    listing = tmp_path / "warc.paths"
    listing.write_text(f"# May\n{warc(tmp_path, story(1), story(4, at='2024-05-09T00:00:00Z'))}\n\n")
    ran = wireroom("import", "ccnews", "--list", str(listing), "--to", "2024-05-08", "--language", "en-GB", "--json")
    assert ran.json["found"] == {"other-day": 1, "taken": 1}


def test_urls_wait_for_their_turn(wireroom: Wireroom, home: Path, tmp_path: Path) -> None:
    """Nothing is fetched by this command."""
    (tmp_path / "list.txt").write_text("https://a.example/1\nhttps://a.example/2\n")
    assert wireroom("import", "urls", str(tmp_path / "list.txt")) == Ran(0, "", "2 taken\n")
    assert wireroom("status", "--json").json["lag"]["entries_waiting"] == 2


def test_wrong_use_names_what_is_wrong(wireroom: Wireroom, home: Path, tmp_path: Path) -> None:
    """The option, the value, what is allowed; exit code 2."""
    path = warc(tmp_path, story(1))
    for arguments, told in (
        (("warc", str(tmp_path / "none.warc")), "none.warc"),
        (("warc", path, "--from", "May"), "--from: got 'May'; allowed: a day as YYYY-MM-DD"),
        (("warc", path, "--from", "2024-05-02", "--to", "2024-05-01"), "--to: got '2024-05-01'; allowed: a day not before 2024-05-02"),
        (("urls", str(tmp_path / "none.csv")), "FILE: got"),
        (("ccnews", "--list", str(tmp_path / "none")), "PATH: got"),
    ):
        ran = wireroom("import", *arguments)
        assert ran.code == 2
        assert told in ran.err
