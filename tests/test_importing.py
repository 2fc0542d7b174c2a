"""Pages of the past through the same stages as live news, on real adapters, with no network there to be asked."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.backfill.choice import Choice
from pipeline.backfill.url_lists import Listed
from pipeline.backfilling import import_urls, import_warcs
from pipeline.errors import ConfigurationError, RetryableError
from pipeline.importing import CCNEWS, WARCS, entry_of, publishers_of
from pipeline.ledger import BatchState, Outcome, Priority
from pipeline.settings import Settings
from pipeline.types import Feed, FeedId
from pipeline.urls import article_id, url_key
from pipeline.wiring import Rooms
from tests.backfill.warcs import Written

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
WORDS = "The council of the harbour town agreed on Tuesday night to rebuild the old pier before the winter storms arrive. "


def story(number: int, **changes: object) -> Written:
    """A page that cleaning takes for an article."""
    title = f"Pier number {number} is to be rebuilt before the winter"
    paragraphs = "".join(f"<p>{WORDS} Stage {number}.{part} will cost {number * 7 + part} million crowns.</p>" for part in range(6))
    body = (
        f"<!doctype html><html lang='en'><head><title>{title}</title><meta property='og:type' content='article'>"
        f"<meta property='article:published_time' content='2024-05-02T0{number % 10}:00:00Z'></head>"
        f"<body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    )
    return Written(url=f"https://paper{number % 3}.example/news/pier-{number}", body=body.encode(), **changes)  # type: ignore[arg-type]


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Rooms]:
    """A fresh home whose fetcher would meet a closed port."""
    settings = Settings(_env_file=None, home=tmp_path / "home", batch_size=4, local_newsroom="127.0.0.1:9")
    with Rooms(settings, clock=lambda: NOON) as opened:
        yield opened


def warc(folder: Path, *pages: Written, name: str = "a.warc.gz", tail: bytes = b"") -> str:
    path = folder / name
    path.write_bytes(b"".join(page.packed() if name.endswith(".gz") else page.raw() for page in pages) + tail)
    return str(path)


def test_pages_become_searchable_as_of_their_day(rooms: Rooms, tmp_path: Path) -> None:
    """Every entry ends once; an article of 2024 is of 2024, and the archive holds its page as of then."""
    done = import_warcs(rooms, [warc(tmp_path, *(story(n) for n in range(6)))], Choice())
    assert done.found == {"taken": 6}
    assert done.outcomes == {"indexed": 6}
    assert rooms.state.ledger.counts() == {Outcome.INDEXED: 6}
    assert {(batch.state, batch.priority) for batch in rooms.state.ledger.batches()} == {(BatchState.FINISHED, Priority.BACKFILL)}
    document = rooms.index.get(article_id(url_key(story(2).url)))
    assert document is not None
    assert document["@timestamp"].startswith("2024-05-02T02:00")
    assert document["first_seen_at"] == document["fetched_at"] == "2024-05-03T10:00:00Z"
    day = datetime(2024, 5, 3, tzinfo=UTC)
    assert len(list(rooms.archive.pages(day, day + timedelta(days=1)))) == 6


def test_a_second_import_finds_nothing_to_do(rooms: Rooms, tmp_path: Path) -> None:
    """Nor does another file with the same addresses double anything; the archive grows by what is new only."""
    first = warc(tmp_path, *(story(n) for n in range(3)))
    import_warcs(rooms, [first], Choice())
    again = import_warcs(rooms, [first, warc(tmp_path, story(2), story(3), story(3), name="b.warc")], Choice())
    assert again.found == {"known": 5, "taken": 1}
    assert rooms.state.ledger.counts() == {Outcome.INDEXED: 4}


def test_what_live_news_brought_is_a_duplicate(rooms: Rooms, tmp_path: Path) -> None:
    """An article we hold is not indexed a second time."""
    path = warc(tmp_path, story(1))
    import_warcs(rooms, [path], Choice())
    assert import_warcs(rooms, [path], Choice(), ccnews=True).found == {"duplicate": 1}
    assert rooms.index.count() == 1


def test_dirt_is_counted(rooms: Rooms, tmp_path: Path) -> None:
    """As Common Crawl has it: each flaw has its word, and the sound pages come through."""
    pages = [
        story(1),
        story(2, status="404 Not Found"),
        story(3, headers=(("Content-Type", "application/pdf"),)),
        story(4, off_by=900),
        Written(url="https://paper.example/empty", body=b" "),
        Written(url="https://paper.example/huge", body=b"x" * 10_000_001),
        story(5, fields=(("WARC-Truncated", "length"),)),
        replace(story(6), headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip")), body=gzip.compress(story(6).body)),
        story(7),
    ]
    path = warc(tmp_path, *pages, tail=story(8).packed()[:-40])
    done = import_warcs(rooms, [path], Choice())
    assert done.found == {
        "taken": 3, "empty": 1, "not-html": 1, "status-404": 1, "too-large": 1, "torn": 1, "truncated": 1, "wrong-length": 1,
    }  # fmt: skip
    assert done.outcomes == {"indexed": 3}


def test_hostile_pages_are_counted(rooms: Rooms, tmp_path: Path) -> None:
    """What is no page in a page's clothes, or one made to break readers: each ends in a word, none of them stops the file."""
    bomb = gzip.compress(bytes(30_000_000), 9)
    packed = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))
    pages = [
        story(1),
        Written(url="https://paper.example/bomb", body=bomb, headers=packed),
        Written(url="https://paper.example/torn", body=gzip.compress(story(2).body)[:-300], headers=packed),
        Written(url="https://paper.example/deep", body=b"<html><body>" + b"<div>" * 200_000 + b"Deep"),
        Written(url="https://paper.example/image", body=bytes(range(256)) * 400),
        Written(url="https://paper.example/film", fields=(("WARC-Identified-Payload-Type", "video/mp4"),)),
        Written(url="https://paper.example/chunks", headers=(("Transfer-Encoding", "chunked"),), body=b"ffffffff\r\n" + b"x" * 90),
        Written(url="dns:paper.example"),
        Written(url="https://paper.example/undated", at="last Tuesday"),
        Written(url="https://paper.example/block", body=b"x" * 33_000_000),
        story(3),
    ]
    done = import_warcs(rooms, [warc(tmp_path, *pages)], Choice())
    assert done.found == {"taken": 5, "bad-encoding": 1, "bad-url": 1, "no-date": 1, "not-html": 1, "too-large": 2}
    assert done.outcomes["indexed"] == 2
    assert sum(done.outcomes.values()) == 5


def test_a_choice_is_kept_to(rooms: Rooms, tmp_path: Path) -> None:
    """Domain, day and language; a dry run counts the same and writes nothing."""
    german = replace(story(3), body=b"<html lang=de>")
    pages = [story(0), story(1), german, story(6, at="2024-05-04T00:00:00Z")]
    choice = Choice(domains=frozenset({"paper0.example"}), languages=frozenset({"en"}), end=datetime(2024, 5, 4, tzinfo=UTC))
    expected = {"other-day": 1, "other-domain": 1, "other-language": 1, "taken": 1}
    path = warc(tmp_path, *pages, *pages[:1])
    assert import_warcs(rooms, [path], choice, dry_run=True).found == expected | {"known": 1}
    assert rooms.state.ledger.counts() == {}
    assert not (Path(rooms.settings.archive_url)).exists()
    assert import_warcs(rooms, [path], choice).found == expected | {"known": 1}


def test_folders_and_wacz(rooms: Rooms, tmp_path: Path) -> None:
    """WARC files in folders, a WACZ beside them, and one that is damaged inside."""
    folder = tmp_path / "collection"
    (folder / "deep").mkdir(parents=True)
    warc(folder / "deep", story(1))
    with zipfile.ZipFile(folder / "b.wacz", "w") as archive:
        archive.writestr("archive/data.warc.gz", story(2).packed())
        archive.writestr("datapackage.json", "{}")
    (folder / "c.wacz").write_bytes(b"PK no zip")
    assert import_warcs(rooms, [str(folder)], Choice()).found == {"taken": 2, "damaged": 1}


def test_a_folder_of_saved_pages(rooms: Rooms, tmp_path: Path) -> None:
    """With the list beside them, which knows the address and when the page was fetched."""
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "one.html").write_bytes(story(1).body)
    (folder / "two.html.gz").write_bytes(gzip.compress(story(2).body))
    listed = {name: {"url": story(n).url, "crawl": "2024-05-03T10:00:00"} for n, name in ((1, "one.html"), (2, "two.html.gz"))}
    (folder / "manifest.json").write_text(json.dumps(listed))
    assert import_warcs(rooms, [str(folder)], Choice(start=datetime(2024, 5, 3, tzinfo=UTC))).outcomes == {"indexed": 2}
    assert import_warcs(rooms, [str(folder)], Choice(start=datetime(2024, 5, 4, tzinfo=UTC))).found == {"other-day": 2}


def test_what_is_not_there(rooms: Rooms, tmp_path: Path) -> None:
    """A path that is wrong names itself."""
    with pytest.raises(ConfigurationError, match=r"nowhere\.warc"):
        import_warcs(rooms, [str(tmp_path / "nowhere.warc")], Choice())


def test_killed_between_archive_and_ledger(rooms: Rooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The portion that was under way is brought again, and nothing else."""
    path = warc(tmp_path, *(story(n) for n in range(10)))
    brought = rooms.state.ledger.add_captures
    calls = iter([True, False])

    def dies(*args: object) -> object:
        if next(calls, True):
            return brought(*args)  # type: ignore[arg-type]
        raise RetryableError("killed")

    monkeypatch.setattr(rooms.state.ledger, "add_captures", dies)
    with pytest.raises(RetryableError):
        import_warcs(rooms, [path], Choice())
    assert rooms.state.ledger.counts() == {Outcome.INDEXED: 4}
    place = rooms.state.places.get(WARCS, str(Path(path).resolve()))
    assert place is not None
    assert place.counts == {"taken": 4}
    assert import_warcs(rooms, [path], Choice()).found == {"taken": 10}  # of which six now
    assert rooms.state.ledger.counts() == {Outcome.INDEXED: 10}
    assert rooms.index.count() == 10


def test_addresses_wait_behind_live_news(rooms: Rooms, tmp_path: Path) -> None:
    """They are entries like any other, with the date that the list gives, and once."""
    path = tmp_path / "list.csv"
    path.write_text(f"url,date\n{story(1).url},2024-05-02\n{story(2).url},\nnonsense,\n{story(1).url},\n")
    assert import_urls(rooms, path, Choice(), dry_run=True).found == {"taken": 2, "bad-url": 1, "known": 1}
    assert import_urls(rooms, path, Choice()).found == {"taken": 2, "bad-url": 1, "known": 1}
    assert import_urls(rooms, path, Choice(domains=frozenset({"paper1.example"}))).found == {"known": 2, "other-domain": 1, "bad-url": 1}
    (batch,) = rooms.state.ledger.make_batches(NOON, size=10)
    assert batch.priority is Priority.BACKFILL
    entries = {member.entry.url: member.entry for member in rooms.state.ledger.batch_entries(batch.batch_id)}
    assert entries[story(1).url].published == datetime(2024, 5, 2, tzinfo=UTC)


def test_known_publishers_lend_what_is_known_of_them() -> None:
    """Where one domain has feeds of one publisher only."""
    feeds = [
        Feed(feed_id=FeedId("a"), url="https://paper1.example/rss", publisher="The Paper", country="GB", language="en"),
        Feed(feed_id=FeedId("b"), url="https://www.paper1.example/sport.rss", publisher="The Paper"),
        Feed(feed_id=FeedId("c"), url="https://host.example/x", publisher="X"),
        Feed(feed_id=FeedId("d"), url="https://host.example/y", publisher="Y"),
    ]
    publishers = publishers_of(feeds)
    known, unknown = (entry_of(CCNEWS, Listed(url=url), publishers) for url in ("https://paper1.example/a", "https://host.example/a"))
    assert (known.publisher, known.country, known.language) == ("The Paper", "GB", "en")
    assert (unknown.publisher, unknown.country) == ("", None)
