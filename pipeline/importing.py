"""Pages that others kept → the archive, the ledger, and the same stages as live news; and addresses that are to be fetched.

    WARC, WACZ, folders ─▶ Found ─▶ known? ─▶ archive ─▶ ledger: one batch of backfill, pages and all ─▶ stages
                             └▶ Missed, with a reason                                  (no network)

Each page found ends in exactly one counted word: taken, known, duplicate, or why it was not wanted. A portion is in the
ledger whole or not at all, so an import that was killed goes on where it was: what is known is passed over.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pipeline.backfill.choice import Choice
from pipeline.backfill.found import Found, Missed
from pipeline.backfill.url_lists import Listed, read_urls
from pipeline.backfill.wacz import WARC_ENDINGS, Guarded, warcs_of
from pipeline.backfill.warc_pages import Reader, page_of
from pipeline.errors import ConfigurationError, QuarantineError, RetryableError
from pipeline.ledger import Batch, Priority
from pipeline.ports import Archive, StateStore
from pipeline.reading_on import Bookmarks, file_pages
from pipeline.tally import Clock, Progress, no_progress
from pipeline.types import Capture, EntryId, Feed, FeedEntry, FeedId
from pipeline.urls import article_id, entry_id, fetchable, registered_domain, url_key

WARCS: Final = FeedId("import-warc")
CCNEWS: Final = FeedId("import-ccnews")
URLS: Final = FeedId("import-urls")
TAKEN, KNOWN, DUPLICATE = "taken", "known", "duplicate"
PORTION_BYTES: Final = 64_000_000  # of bodies held at once, whatever the size of a batch
_ENDINGS: Final = (*WARC_ENDINGS, ".wacz")


@dataclass(slots=True, kw_only=True)
class Importer:
    """Brings pages into the archive and the ledger, a batch at a time. `counts` are the words pages ended in."""

    state: StateStore
    archive: Archive
    clock: Clock
    source: FeedId
    size: int  # pages in a batch, at most
    publishers: Mapping[str, Feed] = field(default_factory=dict)  # the one feed we follow of a registered domain
    dry_run: bool = False
    marks: Bookmarks | None = None  # moved on with each portion
    counts: Counter[str] = field(default_factory=Counter)
    _seen: set[EntryId] = field(default_factory=set)  # by a dry run, which leaves nothing in the ledger to know them by

    def batches(self, found: Iterable[Found | Missed], *, progress: Progress = no_progress) -> Iterator[Batch]:
        """Yield each batch when it is in the ledger. What is yielded may be worked on at once; a dry run yields none."""
        portion: list[Found] = []
        held = 0
        for one in found:
            progress(1)
            if isinstance(one, Missed):
                self.counts[one.reason] += 1
                continue
            portion.append(one)
            held += len(one.page.body)
            if len(portion) >= self.size or held >= PORTION_BYTES:
                yield from self._bring(portion)
                portion, held = [], 0
        yield from self._bring(portion)

    def expect(self, entries: Sequence[FeedEntry]) -> None:
        """Put entries whose pages nobody has into the ledger, as backfill."""
        once: dict[EntryId, FeedEntry] = {}
        for entry in entries:
            once.setdefault(entry.entry_id, entry)
        known = self.state.ledger.known(list(once))
        fresh = [entry for name, entry in once.items() if name not in known]
        self.counts[KNOWN] += len(entries) - len(fresh)
        if self.dry_run:
            self._count_only(fresh)
            return
        new = self.state.ledger.add_entries(fresh, self.clock(), priority=Priority.BACKFILL)
        self.counts.update({TAKEN: len(new), DUPLICATE: len(fresh) - len(new)})

    def _bring(self, portion: Sequence[Found]) -> Iterator[Batch]:
        fresh = self._fresh(portion)
        if self.dry_run:
            self._count_only([entry for entry, _ in fresh])
            return
        captures = [capture for entry, one in fresh if (capture := self._kept(entry, one)) is not None]
        batch = self.state.ledger.add_captures(captures, self.clock()) if captures else None
        taken = batch.size if batch else 0
        self.counts.update({TAKEN: taken, DUPLICATE: len(captures) - taken})
        if self.marks is not None:
            self.marks.keep()
        if batch is not None:
            yield batch

    def _count_only(self, fresh: Sequence[FeedEntry]) -> None:
        new = [entry for entry in fresh if entry.entry_id not in self._seen]
        self._seen.update(entry.entry_id for entry in new)
        twice = sum(self.state.articles.resolve(entry.url_key) is not None for entry in new)
        self.counts.update({TAKEN: len(new) - twice, DUPLICATE: twice, KNOWN: len(fresh) - len(new)})

    def _fresh(self, portion: Sequence[Found]) -> list[tuple[FeedEntry, Found]]:
        """Return the pages whose entries the ledger does not know, of those of one address the first."""
        entries: dict[EntryId, tuple[FeedEntry, Found]] = {}
        for one in portion:
            entry = self._entry(one)
            entries.setdefault(entry.entry_id, (entry, one))
        known = self.state.ledger.known(list(entries))
        self.counts[KNOWN] += len(portion) - len(entries) + len(known)
        return [pair for name, pair in entries.items() if name not in known]

    def _kept(self, entry: FeedEntry, one: Found) -> Capture | None:
        try:
            return Capture(entry=entry, pointer=self.archive.add(one.page, kind="page"), seen_at=one.page.fetched_at)
        except QuarantineError:
            self.counts["not-to-be-archived"] += 1
            return None

    def _entry(self, one: Found) -> FeedEntry:
        return entry_of(self.source, Listed(url=one.page.url, published=one.published), self.publishers)


def entry_of(source: FeedId, listed: Listed, publishers: Mapping[str, Feed]) -> FeedEntry:
    """Return the entry of an address that no feed gave: the address is its identity, and what we know of a publisher whose
    feed we follow is known of it too.
    """
    key = url_key(listed.url)
    feed = publishers.get(registered_domain(listed.url))
    return FeedEntry(
        entry_id=entry_id(source, key),
        feed_id=source,
        url=fetchable(listed.url) or listed.url,
        url_key=key,
        article_id=article_id(key),
        title=listed.title,
        published=listed.published,
        published_raw=listed.published_raw,
        language=feed.language if feed else None,
        publisher=feed.publisher if feed else "",
        country=feed.country if feed else None,
        timezone=feed.timezone if feed else "UTC",
    )


def publishers_of(feeds: Iterable[Feed]) -> dict[str, Feed]:
    """Return a feed for each registered domain all of whose feeds name one publisher."""
    named: dict[str, dict[str, Feed]] = {}
    for feed in feeds:
        named.setdefault(registered_domain(feed.url), {}).setdefault(feed.publisher, feed)
    return {domain: next(iter(of_domain.values())) for domain, of_domain in named.items() if len(of_domain) == 1}


# ── pages out of files ────────────────────────────────────────────────────────────────────────────────────────────


def pages_of(paths: Sequence[Path], reader: Reader, marks: Bookmarks | None = None) -> Iterator[Found | Missed]:
    """Yield the pages of WARC and WACZ files, of folders of these, and of folders of saved HTML pages; of WARC files from where `marks`
    say that they were left.

    Raises:
        ConfigurationError: there is nothing of that kind at a path.
        RetryableError: a file cannot be read.
    """
    for path in paths:
        files = _files(path)
        try:
            if files is None:
                yield from _saved_pages(path, reader.choice)
            for file in files or ():
                yield from _wacz(file, reader) if file.name.lower().endswith(".wacz") else file_pages(file, reader, marks)
        except OSError as error:
            raise RetryableError(f"{path}: cannot be read ({error.strerror or error})") from error


def _files(path: Path) -> list[Path] | None:
    """Return the WARC and WACZ files at a path; None for a folder that has none and so is to have saved pages."""
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.name.lower().endswith(_ENDINGS) and file.is_file()) or None
    if not path.is_file():
        raise ConfigurationError.of("PATH", str(path), f"a file ending in {', '.join(_ENDINGS)}, or a folder")
    return [path]


def _wacz(file: Path, reader: Reader) -> Iterator[Found | Missed]:
    try:
        with warcs_of(file) as members:
            for name, archive in members:
                with closing(archive.open(name)) as opened:
                    guarded = Guarded(opened, f"{file.name}:{name}")
                    yield from reader.pages(guarded, f"{file.name}:{name}")
                    if guarded.flaw is not None:
                        yield guarded.flaw
    except zipfile.BadZipFile as error:
        yield Missed(where=file.name, reason="damaged", detail=str(error))


def _saved_pages(folder: Path, choice: Choice) -> Iterator[Found | Missed]:
    """Yield the HTML pages of a folder, as fetched when its list says, else when the file was written."""
    from pipeline.backfill.folders import fetched_at
    from pipeline.demo.pages import read_page, read_page_folder

    for saved in read_page_folder(folder):
        at = fetched_at(saved.path, saved.fetched_at)
        reason = choice.refuse(saved.url, at)
        if reason:
            yield Missed(where=str(saved.path), reason=reason)
            continue
        try:
            page = page_of(saved.url, read_page(saved.path), at=at)
        except ConfigurationError as error:
            yield Missed(where=str(saved.path), reason="damaged", detail=str(error))
            continue
        yield Found(page=page, published=saved.published)


# ── addresses ─────────────────────────────────────────────────────────────────────────────────────────────────────


def add_urls(lines: Iterable[str], name: str, importer: Importer, choice: Choice, *, progress: Progress = no_progress) -> None:
    """Put the addresses of a list into the importer's ledger, to be fetched after all live news, and count them there.

    The dates of the choice are asked of the date that the list gives.
    """
    portion: list[FeedEntry] = []
    for one in read_urls(lines, name):
        progress(1)
        reason = one.reason if isinstance(one, Missed) else choice.refuse(one.url, one.published)
        if reason or isinstance(one, Missed):
            importer.counts[reason or ""] += 1
            continue
        portion.append(entry_of(importer.source, one, importer.publishers))
        if len(portion) >= importer.size:
            importer.expect(portion)
            portion = []
    importer.expect(portion)
