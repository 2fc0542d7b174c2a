"""The first stage of a batch: each page fetched, into the archive first and then into the ledger, and after a kill at most once
more.

    members without a page ─▶ never asked for ─────────────────▶ all at once ─┐
                           └▶ asked for, and then a kill ─▶ in the archive? ──┴▶ one by one, after the others
                                                             └▶ yes: its page, and no request

That a page is asked for is in the ledger before the request is (`EntryLedger.note_asking`), and each answer that is no page is
there as soon as it came. So a page that was asked for and has neither page nor outcome was under way when its process died. It
is asked for once more, alone, so that few kills can meet it again, and behind the others, because it may be what kills. One
that dies with its process twice is put aside: `wireroom backfill resume --interrupted` asks again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from pipeline.aside import Aside
from pipeline.directives import forbids_keeping
from pipeline.errors import QuarantineError
from pipeline.ledger import BatchEntry, BatchReport, Outcome, Priority, Stage
from pipeline.ports import Archive, Fetcher, StateStore
from pipeline.revising import GONE, note_fetch, note_gone, validators_of
from pipeline.tally import Clock, Progress, Tally, no_progress, open_tally
from pipeline.types import ArchivePointer, ArticleId, BatchId, Deferred, EntryId, FetchedPage, NotModified, Rejected

INTERRUPTED: Final = "interrupted twice"  # the cause that entries put aside are counted by


async def fetch(
    batch_id: BatchId, *, state: StateStore, fetcher: Fetcher, archive: Archive, clock: Clock, progress: Progress = no_progress
) -> BatchReport:
    """Fetch the page of every entry that has none, each into the archive first and then into the ledger."""
    tally = open_tally(state, batch_id, Stage.FETCH, clock, progress)
    waiting = _without_page(tally)
    disk = Aside("disk")
    desk = _Desk(tally=tally, fetcher=fetcher, archive=archive, priority=state.ledger.batch(batch_id).priority, disk=disk)
    try:
        left = await disk.ask(_found_again, tally, [member for member in waiting if member.asked], archive)
        await asyncio.gather(*(desk.fetch_one(member) for member in waiting if not member.asked))
        for member in left:
            await desk.fetch_one(member)
    finally:
        disk.close(wait=True)  # what is being written is written, whatever ended the stage
    return tally.write()


def _without_page(tally: Tally) -> list[BatchEntry]:
    """Return the members that are to be fetched; end those that need not."""
    ahead: dict[ArticleId, EntryId] = {}
    waiting = []
    for member in tally.waiting():
        entry = member.entry
        if ahead.setdefault(entry.article_id, entry.entry_id) != entry.entry_id:
            tally.end(entry.entry_id, Outcome.DUPLICATE, f"same address as another entry of this batch: {ahead[entry.article_id]}")
        elif member.pointer is not None:
            tally.end(entry.entry_id, Outcome.PASSED, "page already archived")
        else:
            waiting.append(member)
    return waiting


def _found_again(tally: Tally, asked: Sequence[BatchEntry], archive: Archive) -> list[BatchEntry]:
    """Give the members whose page reached the archive and not the ledger their page; return the others."""
    left = []
    pages = _captures(tally, asked, archive)
    for member in asked:
        if (found := pages.get(member.entry.url)) is None:
            left.append(member)
            continue
        pointer, page = found
        _note(tally, member, page, pointer)
        tally.end(member.entry.entry_id, Outcome.PASSED, "page already archived, when its process was killed")
    return left


def _captures(tally: Tally, asked: Sequence[BatchEntry], archive: Archive) -> Mapping[str, tuple[ArchivePointer, FetchedPage]]:
    """Return the pages of these members that were fetched since they were asked for, the latest of each."""
    since = min((member.asked_at for member in asked if member.asked_at is not None), default=None)
    if since is None:
        return {}
    wanted = {member.entry.url for member in asked}
    return {page.url: (pointer, page) for pointer, page in archive.pages(since, tally.clock()) if page.url in wanted}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What fetching one page of a batch needs. Archive and ledger are asked aside: a slow disk must not hold up the answers."""

    tally: Tally
    fetcher: Fetcher
    archive: Archive
    priority: Priority
    disk: Aside

    async def fetch_one(self, member: BatchEntry) -> None:
        """Fetch one page and keep it; end its entry, whatever came of it."""
        try:
            validators = await self.disk.ask(validators_of, self.tally.state, member.entry)
            before = partial(self.disk.ask, _note_asking, self.tally, member)
            answer = await self.fetcher.fetch_page(member.entry.url, validators, priority=self.priority, before=before)
            await self._take(member, answer)
        except Exception as error:
            self.tally.fail(member.entry.entry_id, error)
        if not self.tally.has_passed(member.entry.entry_id):
            await self.disk.ask(self.tally.settle, member.entry.entry_id)

    async def _take(self, member: BatchEntry, answer: FetchedPage | NotModified | Rejected | Deferred) -> None:
        entry, tally = member.entry, self.tally
        if isinstance(answer, FetchedPage):
            await self.disk.ask(_keep, tally, member, answer, self.archive)
            tally.end(entry.entry_id, Outcome.PASSED, f"{answer.status}, {len(answer.body)} bytes from {answer.final_url}")
        elif isinstance(answer, Rejected):
            taken_down = answer.reason in GONE and await self.disk.ask(note_gone, tally.state, entry, tally.clock())
            because = f"{answer.reason}: {answer.detail}" if answer.detail else answer.reason
            tally.end(entry.entry_id, Outcome.REJECTED, f"{because}{'; taken down' if taken_down else ''}")
        elif isinstance(answer, Deferred):
            tally.end(entry.entry_id, Outcome.DEFERRED, answer.reason, retry_at=answer.until)
        else:
            assert isinstance(answer, NotModified)
            await self.disk.ask(note_fetch, tally.state, entry, answer, tally.clock())
            tally.end(entry.entry_id, Outcome.UNCHANGED, "304 from the server")


def _note_asking(tally: Tally, member: BatchEntry) -> None:
    """Write that the page is about to be asked for. Raises `QuarantineError` where two runs asked for it and told nothing more."""
    if not tally.state.ledger.note_asking(tally.batch_id, member.entry.entry_id, tally.clock()):
        remedy = "wireroom backfill resume --interrupted"
        raise QuarantineError(f"{INTERRUPTED}: its process was killed each time that {member.entry.url} was fetched; remedy: {remedy}")


def _keep(tally: Tally, member: BatchEntry, page: FetchedPage, archive: Archive) -> None:
    _note(tally, member, page, archive.add(page, kind="passing" if forbids_keeping(page) else "page"))


def _note(tally: Tally, member: BatchEntry, page: FetchedPage, pointer: ArchivePointer) -> None:
    tally.state.ledger.save_capture(tally.batch_id, member.entry.entry_id, pointer, tally.clock())
    note_fetch(tally.state, member.entry, page, tally.clock())
