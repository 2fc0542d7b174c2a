"""What `importing` and its like need of the rooms, put together: for the command line and the DAGs."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from pipeline.backfill.choice import Choice
from pipeline.backfill.found import Found, Missed
from pipeline.backfill.warc_pages import Reader
from pipeline.covering import read_coverage
from pipeline.earlier import Restorer
from pipeline.errors import ConfigurationError, WireroomError
from pipeline.eventing import events_of_coverage, note
from pipeline.giving_back import give_back
from pipeline.importing import CCNEWS, URLS, WARCS, Importer, add_urls, pages_of, publishers_of
from pipeline.learning import Learner
from pipeline.ledger import FeedStatus, Outcome
from pipeline.ports import ArticleIndex
from pipeline.reading_on import Bookmarks, distant_pages
from pipeline.rebuilding import Comparison, RebuildableIndex, promote, rebuild
from pipeline.recovering import Recoverer
from pipeline.replaying import Replayer, Wanted
from pipeline.stages import STAGES
from pipeline.standing import TakenDown
from pipeline.surveying import Surveyed, Surveyor, domains_of
from pipeline.tally import Progress, no_progress
from pipeline.types import BatchId, FeedId
from pipeline.wiring import Rooms

if TYPE_CHECKING:
    from pipeline.fetch.remote_file import RemoteFile

log = logging.getLogger(__name__)

COMMON_CRAWL: Final = "https://data.commoncrawl.org/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did: the words its pages or addresses ended in, and the outcomes of those that went through the stages."""

    found: Mapping[str, int]
    outcomes: Mapping[str, int]

    def as_counts(self) -> dict[str, int]:
        """Return both as one flat mapping: what XCom carries."""
        return {**self.found, **{f"entries {outcome}": count for outcome, count in self.outcomes.items()}}


def import_warcs(
    rooms: Rooms, paths: Sequence[str], choice: Choice, *, ccnews: bool = False, dry_run: bool = False, progress: Progress = no_progress
) -> Imported:
    """Take the pages of WARC and WACZ files, of folders of them or of saved pages, through all stages, without a network.

    With `ccnews`, paths may be URLs, or paths as Common Crawl lists them, read as they come. WARC files go on where an import with
    the same choice was killed.
    """
    importer = _importer(rooms, CCNEWS if ccnews else WARCS, dry_run=dry_run)
    reader = open_reader(rooms, choice)
    if not dry_run:
        importer.marks = Bookmarks(rooms.state.places, importer.source, choice.spelled, importer.counts, rooms.clock)
    outcomes: Counter[str] = Counter()
    for path in paths:
        for batch in importer.batches(_pages(rooms, path, reader, importer.marks, ccnews=ccnews), progress=progress):
            outcomes.update(ingest(rooms, batch.batch_id))
    if importer.marks is not None:
        importer.marks.drop()
    return Imported(found=_sorted(importer.counts), outcomes=_sorted(outcomes))


def import_urls(rooms: Rooms, path: Path, choice: Choice, *, dry_run: bool = False, progress: Progress = no_progress) -> Imported:
    """Put the addresses of a list into the ledger, with the priority of backfill."""
    importer = _importer(rooms, URLS, dry_run=dry_run)
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            add_urls(lines, path.name, importer, choice, progress=progress)
    except OSError as error:
        raise ConfigurationError.of("FILE", str(path), f"a file that can be read ({error.strerror})") from error
    return Imported(found=_sorted(importer.counts), outcomes={})


def replay_day(
    rooms: Rooms,
    day: date,
    wanted: Wanted | None = None,
    *,
    index: ArticleIndex | None = None,
    dry_run: bool = False,
    progress: Progress = no_progress,
) -> dict[str, int]:
    """Bring the archived pages of a UTC day to the current pipeline version; return counts of pages and of outcomes.

    `index` is the one whose documents are looked at: another than the one in use while it is built.
    """
    replayer = open_replayer(rooms, index)
    replayer.replay(day, wanted or Wanted(), dry_run=dry_run, progress=progress)
    return _sorted(replayer.counts)


def open_replayer(rooms: Rooms, index: ArticleIndex | None = None) -> Replayer:
    """Return what brings archived pages up to date, by the documents of this index or of the one in use."""
    return Replayer(
        state=rooms.state,
        index=index or rooms.index,
        batches=rooms.batches,
        cleaner=rooms.cleaner,
        enrichers=rooms.enrichers,
        clock=rooms.clock,
        run=lambda stage, batch_id: rooms.run(stage, batch_id).counts,
        size=rooms.settings.batch_size,
    )


def rebuild_index(rooms: Rooms, *, promoting: bool = False, progress: Progress = no_progress) -> Comparison:
    """Build a new index beside the old one from every captured day, and compare them; put it in place where asked and whole.

    Raises:
        ConfigurationError: it was to be put in place and lacks documents.
    """
    index = cast("RebuildableIndex", rooms.index)
    days = rooms.state.ledger.captured_days()
    restorer = Restorer(
        state=rooms.state,
        archive=rooms.archive,
        cleaner=rooms.cleaner,
        enrichers=rooms.enrichers,
        templates=Learner(state=rooms.state, clock=rooms.clock, least=rooms.settings.template_pages).templates,
        clock=rooms.clock,
        policy=TakenDown(rooms.settings.taken_down_searchable),
    )
    found = rebuild(index, days, lambda new, day: replay_day(rooms, day, index=new), restore=restorer.restore, progress=progress)
    if promoting:
        promote(index)
    return found


def survey_days(
    rooms: Rooms,
    days: Sequence[date],
    *,
    feeds: Collection[str] = (),
    domains: Collection[str] = (),
    plan: bool = False,
    progress: Progress = no_progress,
) -> list[Surveyed]:
    """Look at what sitemaps and older feed pages list of these days; unless it is only a plan, put what we lack into the ledger."""
    followed = domains_of(rooms.state.feeds.all(), feeds, [domain.lower() for domain in domains])

    async def survey() -> list[Surveyed]:
        fetcher = rooms.open_fetcher()
        surveyor = Surveyor(state=rooms.state, fetcher=fetcher, archive=rooms.archive, clock=rooms.clock, keep=not plan)
        try:
            return [one for day in days for one in await surveyor.survey(day, followed, progress=progress)]
        finally:
            await fetcher.close()

    surveyed = asyncio.run(survey())
    if not plan:
        tell_coverage(rooms, days)
    return surveyed


def tell_coverage(rooms: Rooms, days: Sequence[date]) -> None:
    """Note these days' coverage for the dashboard; of yesterday also what went quiet, for an older day's silence is old news."""
    today = rooms.clock().date()
    complete = [day for day in days if day < today]
    if not complete:
        return
    recent = today - complete[-1] <= timedelta(days=1)
    try:
        told = read_coverage(rooms.state, complete[0], complete[-1], index=rooms.index if recent else None)
    except WireroomError as error:  # an index that is away must not stop what is to be fetched
        log.warning("coverage: languages are not looked at: %s", error)
        told = read_coverage(rooms.state, complete[0], complete[-1])
    told = told if recent else replace(told, alarms=())
    for one in told.alarms:
        log.warning("%s %s: %s on %s, %d instead of about %.0f", one.subject, one.name, one.word, one.day, one.last, one.usual)
    note(rooms.events, events_of_coverage(told))


def survey_day(rooms: Rooms, day: date, *, feeds: Collection[str] = (), domains: Collection[str] = ()) -> dict[str, int]:
    """Put what sitemaps list of a UTC day, and we do not have, into the ledger; return the counts."""
    surveyed = survey_days(rooms, [day], feeds=feeds, domains=domains)
    return {
        "domains": len(surveyed),
        "documents": sum(one.survey.documents for one in surveyed),
        "listed": sum(one.survey.listed for one in surveyed),
        "held": sum(one.survey.held for one in surveyed),
        "new": sum(len(one.missing) for one in surveyed),
    }


def rebuild_state(rooms: Rooms, *, progress: Progress = no_progress) -> dict[str, int]:
    """Fill the empty ledger from the archive and the feed file; return counts of what was found and of outcomes."""
    rooms.sync_feeds()
    recoverer = Recoverer(
        state=rooms.state,
        archive=rooms.archive,
        clock=rooms.clock,
        run=lambda batch_id: ingest(rooms, batch_id),
        size=rooms.settings.batch_size,
    )
    recoverer.recover(archived_days(rooms), progress=progress)
    return _sorted(recoverer.counts)


def archived_days(rooms: Rooms) -> list[date]:
    """Return the UTC days that the archive has files of, oldest first."""
    folders = Path(rooms.settings.archive_url).glob("[0-9][0-9][0-9][0-9]/[0-9][0-9]/[0-9][0-9]")
    return sorted(date.fromisoformat("-".join(folder.parts[-3:])) for folder in folders)


def page_bytes(rooms: Rooms, *, usual: float = 40_000.0) -> float:
    """Return what a page takes in the archive, by the mean of the latest batches; `usual` where nothing was archived yet."""
    recent = [
        member.pointer.length
        for batch in rooms.state.ledger.batches(limit=10)
        for member in rooms.state.ledger.batch_entries(batch.batch_id)
        if member.pointer is not None
    ]
    return sum(recent) / len(recent) if recent else usual


def days_of(first: str, last: str | None) -> list[date]:
    """Return the days from first to last, both included. Raises `ConfigurationError` under the name of the option."""
    start = day_of("--from", first)
    end = day_of("--to", last or first)
    assert start is not None
    if end is None or end < start:
        raise ConfigurationError.of("--to", last, f"a day not before {first}")
    return [start.date() + timedelta(days=number) for number in range((end - start).days + 1)]


def ingest(rooms: Rooms, batch_id: BatchId) -> Counter[str]:
    """Take a batch through all stages; return its entries by outcome."""
    outcomes: Counter[str] = Counter()
    for stage in STAGES:
        counts = rooms.run(stage, batch_id).counts
        outcomes.update({str(outcome): count for outcome, count in counts.items() if outcome is not Outcome.PASSED})
    give_back()
    return outcomes


def open_reader(rooms: Rooms, choice: Choice) -> Reader:
    """Return a reader of WARC files with this choice, and the limits of the settings."""
    from pipeline.enrich.language import detect
    from pipeline.fetch.decoding import decode

    return Reader(choice=choice, decode=decode, guess=detect, max_bytes=rooms.settings.max_page_bytes)


def _importer(rooms: Rooms, source: FeedId, *, dry_run: bool) -> Importer:
    followed = (state.feed for state in rooms.state.feeds.all() if state.status is not FeedStatus.REMOVED)
    return Importer(
        state=rooms.state,
        archive=rooms.archive,
        clock=rooms.clock,
        source=source,
        size=rooms.settings.batch_size,
        publishers=publishers_of(followed),
        dry_run=dry_run,
    )


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])) if count}


# ── what was asked for ────────────────────────────────────────────────────────────────────────────────────────────


def spelled_choice(
    domains: Sequence[str], languages: Sequence[str], first: str | None, last: str | None, *, names: tuple[str, str] = ("--from", "--to")
) -> Choice:
    """Return the choice that options or parameters spell; `last` is a day that is still wanted.

    Raises:
        ConfigurationError: for a day that is none, under the name of its option.
    """
    start, end = day_of(names[0], first), day_of(names[1], last)
    if start and end and end < start:
        raise ConfigurationError.of(names[1], last, f"a day not before {first}")
    return Choice(
        domains=frozenset(domain.lower().removeprefix("www.") for domain in domains),
        languages=frozenset(language.lower().partition("-")[0] for language in languages),
        start=start,
        end=end + timedelta(days=1) if end else None,
    )


def day_of(name: str, text: str | None) -> datetime | None:
    """Return the beginning of a day in UTC, None for none. Raises `ConfigurationError` under the name of its option."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) if text else None
    except ValueError as error:
        raise ConfigurationError.of(name, text, "a day as YYYY-MM-DD") from error


# ── files of the web ──────────────────────────────────────────────────────────────────────────────────────────────


def _pages(rooms: Rooms, path: str, reader: Reader, marks: Bookmarks | None, *, ccnews: bool) -> Iterator[Found | Missed]:
    url = _address(path) if ccnews and not Path(path).exists() else None
    if url is None:
        yield from pages_of([Path(path)], reader, marks)
        return
    if url.lower().endswith(".wacz"):  # its table of contents is at its end
        raise ConfigurationError.of("URL", url, "a WARC file; a WACZ is imported from this machine")
    with closing(_open_remote(rooms, url)) as remote:
        yield from distant_pages(remote, url, reader, marks)


def _address(path: str) -> str | None:
    if path.startswith(("http://", "https://")):
        return path
    return COMMON_CRAWL + path if path.startswith("crawl-data/") else None


def _open_remote(rooms: Rooms, url: str) -> RemoteFile:
    from pipeline.fetch.client import HttpClient
    from pipeline.fetch.remote_file import RemoteFile

    return RemoteFile(HttpClient(rooms.settings), url, local=rooms.settings.local_newsroom is not None)


def paths_of(listing: Iterable[str]) -> list[str]:
    """Return the paths of a list such as Common Crawl's warc.paths: one a line, empty lines and comments passed over."""
    return [line.strip() for line in listing if line.strip() and not line.startswith("#")]
