"""`wireroom poll`, `run` and `import pages`: the demo goes through every stage in this process."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.cli import ingest
from pipeline.demo.pages import page_folder_app, page_folder_feeds, read_page_folder
from pipeline.errors import RetryableError
from pipeline.ledger import Stage
from pipeline.sources.registry import read_feed_file, write_feed_file
from pipeline.wiring import Rooms, open_rooms
from tests.cli.conftest import DemoHome, Ran, Wireroom, settings
from tests.newsroom import RunningApp, RunningNewsroom

# ── poll ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_poll_counts_feeds_and_what_waits(wireroom: Wireroom, demo: RunningNewsroom) -> None:
    """Each feed ends in one outcome, and one that is gone is warned of; the second time none is due."""
    ran = wireroom("poll")
    warned, told = ran.err.splitlines()
    assert (ran.code, ran.out, told) == (0, "", "13 feeds polled: 12 changed, 1 gone; 111 entries wait")
    assert "-school-closings: its server says that it is gone for good" in warned
    assert wireroom("poll").err == "no feed is due; 111 entries wait\n"


def test_poll_as_json(wireroom: Wireroom, demo: RunningNewsroom) -> None:
    """--all asks again, now with validators."""
    assert wireroom("poll", "--json").json == {"feeds": 13, "outcomes": {"changed": 12, "gone": 1}, "waiting": 111}
    demo.clear()
    again = wireroom("poll", "--all", "--json").json
    assert again["feeds"] == 12, "a feed that is gone is polled no more"
    assert again["outcomes"].get("changed", 0) == 0
    assert again["waiting"] == 111


def test_poll_of_nothing(wireroom: Wireroom, home: Path) -> None:
    """An empty feed file is no fault."""
    home.mkdir()
    (home / "feeds.toml").write_text("")
    assert wireroom("poll") == Ran(0, "", "no feed is due; 0 entries wait\n")
    assert wireroom("poll", "--json").json == {"feeds": 0, "outcomes": {}, "waiting": 0}


# ── run ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_run_takes_every_entry_to_one_outcome(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """Counts add up: what was listed is what has ended."""
    found = wireroom("status", "--json").json
    assert found["entries"] == sum(found["outcomes"].values()) == 111
    assert found["outcomes"]["indexed"] == 80
    assert found["lag"]["batches_unfinished"] == found["lag"]["entries_waiting"] == 0


def test_run_again_indexes_nothing_new(wireroom: Wireroom, copied_home: DemoHome) -> None:
    """Even where every feed is asked again: they are the same, and say so."""
    assert wireroom("run", "--once", "--all") == Ran(0, "", "nothing new\n")
    assert wireroom("run", "--once", "--json").json == {}
    assert wireroom("search", "--json").json["total"] == 80


@pytest.fixture
def three_pages(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home that follows three pages of one publisher, one of them listed twice."""
    folder = pages(tmp_path / "saved")
    shutil.copyfile(folder / "one.html", folder / "one-again.html")
    saved = read_page_folder(folder)
    write_feed_file(home / "feeds.toml", page_folder_feeds(saved))
    running = RunningApp(page_folder_app(saved))
    settings(monkeypatch, home, running.port)
    yield
    running.close()


def test_batches_that_were_left_are_taken_up(wireroom: Wireroom, three_pages: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was announced and forgotten, one that was killed between two stages, and what no batch holds yet."""
    monkeypatch.setenv("WIREROOM_BATCH_SIZE", "1")
    wireroom("poll")
    with open_rooms() as rooms:
        first, *_others = rooms.announce()
        rooms.run(Stage.FETCH, first)
    ran = wireroom("run", "--once")
    assert ran.code == 0
    assert re.fullmatch(r"4 entries: 3 indexed, 1 (unchanged|duplicate)\n", ran.err)
    assert len(wireroom("status", "--json").json["batches"]) == 4


def test_bars_are_as_long_as_the_stage_has_to_do(wireroom: Wireroom, three_pages: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What ended in an earlier stage is nothing to wait for: each bar ends full."""
    totals: dict[str, int | None] = {}
    done: Counter[str] = Counter()

    @contextmanager
    def progress(label: str, total: int | None) -> Iterator[Callable[[int], None]]:
        totals[label] = total
        yield lambda count: done.update({label: count})

    monkeypatch.setattr(ingest.screen, "progress", progress)
    assert wireroom("run", "--once").err == "4 entries: 3 indexed, 1 duplicate\n"
    assert list(totals.values()) == [1, 4, 3, 3, 3, 3]  # feeds, then each stage
    assert done == totals


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What `run` does, step by step, without doing it: three rounds, then Ctrl-C."""
    done: list[str] = []
    waiting = {1: ["b1", "b2"], 2: ["b3"], 3: [], 4: ["b4"]}

    def poll(_rooms: Rooms, *, every: bool) -> None:
        done.append("poll all" if every else "poll")
        if done.count("poll") == 2:
            raise RetryableError("database is locked")

    def announce(_rooms: Rooms) -> list[str]:
        done.append("announce")
        return waiting.pop(done.count("announce"), [])

    def take(_rooms: Rooms, batch_id: str, totals: dict[str, int]) -> None:
        done.append(batch_id)
        totals["indexed"] += 2
        totals["rejected"] += 1

    def pause(_rooms: Rooms) -> None:
        done.append("pause")
        if done.count("pause") == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(ingest, "_poll", poll)
    monkeypatch.setattr(ingest, "_ingest", take)
    monkeypatch.setattr(ingest, "_pause", pause)
    monkeypatch.setattr(Rooms, "announce", announce)
    monkeypatch.setattr(Rooms, "unfinished", lambda _rooms: ["b0"] if done.count("announce") < 3 else [])
    return done


def test_run_goes_on_until_it_is_interrupted(wireroom: Wireroom, home: Path, steps: list[str]) -> None:
    """Every batch once a round; a passing fault ends a round and not the run; Ctrl-C tells what was done."""
    ran = wireroom("run", "--all")
    assert steps[:8] == ["poll all", "announce", "b0", "b1", "b2", "announce", "b3", "announce"]
    assert steps[8:] == ["pause", "poll", "announce", "b4", "announce", "pause", "poll", "pause", "poll", "announce", "pause"]
    assert ran == Ran(130, "", "database is locked; trying again soon\n15 entries: 10 indexed, 5 rejected\n")


def test_run_once_ends_with_a_fault(wireroom: Wireroom, home: Path, steps: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a script notices."""

    def poll(_rooms: Rooms, *, every: bool) -> None:
        raise RetryableError("database is locked")

    monkeypatch.setattr(ingest, "_poll", poll)
    assert wireroom("run", "--once") == Ran(1, "", "error: database is locked\n")


def test_the_pause_is_never_long(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host delay of an hour must not make new feeds wait for one."""
    waited: list[float] = []
    monkeypatch.setattr(ingest.time, "sleep", waited.append)
    for delay in ("0", "3600"):
        monkeypatch.setenv("WIREROOM_HOST_DELAY", delay)
        with ingest.open_rooms() as rooms:
            ingest._pause(rooms)
    assert waited == [5.0, 60.0]


# ── import pages ──────────────────────────────────────────────────────────────────────────────────────────────────


def pages(folder: Path) -> Path:
    """Three pages of one publisher."""
    folder.mkdir()
    for name in ("one", "two", "three"):
        head = f'<title>{name}</title><link rel="canonical" href="https://news.example/2026/{name}.html">'
        text = f"<p>Councillor {name} said on Tuesday that the bridge over the river will be open again in the month of May.</p>" * 4
        body = f"<article><h1>Bridge {name} opens</h1>{text}</article>"
        (folder / f"{name}.html").write_text(f"<html lang=en><head>{head}</head><body>{body}</body></html>")
    return folder


def test_import_pages_writes_a_feed_file(wireroom: Wireroom, home: Path, tmp_path: Path) -> None:
    """Below the home, by the folder's name, or where one says."""
    folder = pages(tmp_path / "saved")
    assert wireroom("import", "pages", folder, "--write-only") == Ran(0, "", f"3 pages; feeds written to {home}/saved.feeds.toml\n")
    assert [feed.url for feed in read_feed_file(home / "saved.feeds.toml")] == ["http://news.example/wireroom-feed.xml"]
    wireroom("import", "pages", folder, "--write-only", "--feeds", tmp_path / "mine.toml")
    assert (tmp_path / "mine.toml").read_text() == (home / "saved.feeds.toml").read_text()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nowhere"], "folder: got 'nowhere'; allowed: a folder of saved pages"),
        (["empty"], "folder: got 'empty'; allowed: a folder with .html, .htm, .html.gz, .htm.gz files in it"),
        (["saved", "--urls", "none.csv"], "none.csv: got "),
        (["nameless"], "nameless/page.html: got None; allowed: a page with a canonical link or og:url, or a list of URLs"),
        (["saved", "--feeds", "saved/one.html/feeds.toml"], "saved/one.html/feeds.toml: "),
    ],
)
def test_a_folder_that_gives_no_pages_is_named(
    wireroom: Wireroom, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], complaint: str
) -> None:
    """Folder, list, page, or the file to write."""
    monkeypatch.chdir(tmp_path)
    pages(tmp_path / "saved")
    (tmp_path / "empty").mkdir()
    (tmp_path / "nameless").mkdir()
    (tmp_path / "nameless" / "page.html").write_text("<p>Who am I?</p>")
    ran = wireroom("import", "pages", *arguments, "--write-only")
    assert (ran.code, ran.out) == (2, "")
    assert complaint in ran.err
    assert "Traceback" not in ran.err


def test_a_taken_port_is_named(wireroom: Wireroom, home: Path, tmp_path: Path, newsroom: RunningNewsroom) -> None:
    """Of the pages, and of the demo."""
    folder = pages(tmp_path / "saved")
    for words in (("import", "pages", folder, "--serve-only"), ("demo", "serve")):
        ran = wireroom(*words, "--port", newsroom.port)
        assert ran.code == 2
        assert f"error: port on 127.0.0.1: got {newsroom.port}; allowed: a free port" in ran.err
