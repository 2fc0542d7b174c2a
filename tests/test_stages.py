"""The stages of a batch over fakes: one outcome for each entry, and the same result when run twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from pipeline import stages
from pipeline.errors import ConfigurationError, HostBusyError, QuarantineError, RetryableError
from pipeline.index.document import ArticleDocument
from pipeline.ledger import BatchState, Outcome, Stage
from pipeline.standing import TakenDown
from pipeline.types import (
    ArticleId,
    BatchId,
    Deferred,
    EnrichedArticle,
    FeedEntry,
    FeedId,
    Rejected,
)
from pipeline.urls import article_id, entry_id, url_key
from tests.fakes_archive import MemoryArchive
from tests.fakes_clean import LineCleaner
from tests.fakes_fetch import FakeFetcher, Reply
from tests.fakes_state import MemoryBatchStore, MemoryState
from tests.waiting import Loops

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


class NamingEnricher:
    """Says that every text is Latin, except the one that it cannot stand."""

    name, version = "latin", "1"

    def enrich(self, enriched: EnrichedArticle) -> EnrichedArticle:
        if "unbearable" in enriched.article.text:
            raise QuarantineError(f"{enriched.article.url}: unbearable")
        return EnrichedArticle(article=enriched.article, language="la", enrichers=(*enriched.enrichers, "latin/1"))


class ListIndex:
    """Keeps documents in a dict and refuses those whose title says so."""

    def __init__(self) -> None:
        self.documents: dict[str, ArticleDocument] = {}
        self.upserts = 0

    def upsert(self, documents: Iterable[ArticleDocument]) -> Mapping[ArticleId, str]:
        refused = {}
        for document in documents:
            self.upserts += 1
            if document["title"] == "refused":
                refused[ArticleId(document["article_id"])] = "mapper says no"
            else:
                self.documents[document["article_id"]] = document
        return refused

    def get(self, article_id: ArticleId) -> ArticleDocument | None:
        return self.documents.get(article_id)

    def refresh(self) -> None:
        """Nothing is held back."""


class Desk:
    """Everything that a batch needs, with a clock that stands still until told."""

    def __init__(self, pages: Mapping[str, object]) -> None:
        self.now = NOON
        self.state, self.archive, self.batches, self.index = MemoryState(), MemoryArchive(), MemoryBatchStore(), ListIndex()
        self.fetcher = FakeFetcher({url: Reply(body=page.encode()) if isinstance(page, str) else page for url, page in pages.items()})  # type: ignore[arg-type]
        self.state.ledger.add_entries([_entry(url) for url in pages], NOON)

    def clock(self) -> datetime:
        return self.now

    def make_batch(self) -> BatchId:
        (batch,) = self.state.ledger.make_batches(self.now, size=200)
        return batch.batch_id

    def run(self, batch_id: BatchId, only: Sequence[Stage] = stages.STAGES, *, taken_down: TakenDown = TakenDown.BEFORE) -> None:
        common = {"state": self.state, "clock": self.clock}
        for stage in only:
            if stage is Stage.FETCH:
                asyncio.run(stages.fetch(batch_id, fetcher=self.fetcher, archive=self.archive, **common))
            elif stage is Stage.CLEAN:
                stages.clean(batch_id, archive=self.archive, batches=self.batches, cleaner=LineCleaner(), **common)
            elif stage is Stage.ENRICH:
                stages.enrich(batch_id, batches=self.batches, enrichers=(NamingEnricher(),), **common)
            elif stage is Stage.RELATE:
                stages.relate(batch_id, batches=self.batches, **common)
            else:
                stages.index(batch_id, batches=self.batches, index=self.index, taken_down=taken_down, **common)  # type: ignore[arg-type]

    def outcomes(self, batch_id: BatchId) -> dict[str, Outcome | None]:
        return {member.entry.url.rpartition("/")[2]: member.outcome for member in self.state.ledger.batch_entries(batch_id)}


def _entry(url: str) -> FeedEntry:
    key = url_key(url)
    return FeedEntry(entry_id=entry_id(FeedId("feed"), url), feed_id=FeedId("feed"), url=url, url_key=key, article_id=article_id(key))


def _url(name: str) -> str:
    return f"https://news.example.org/{name}"


ONE_OF_EACH = {
    _url("good"): "Ferries stop\nThe ferries stopped on Monday.",
    _url("gone"): Reply(status=404),
    _url("robots"): Rejected(url=_url("robots"), reason="robots", detail="Disallow: /"),
    _url("busy"): HostBusyError("news.example.org asks for a pause", until=NOON + timedelta(minutes=15)),
    _url("down"): RetryableError("connection refused"),
    _url("listing"): "listing\n",
    _url("broken"): "broken\n",
    _url("bug"): "bug\n",
    _url("twin"): f"same as {_url('good')}\nThe ferries stopped on Monday.",
    _url("unbearable"): "Title\nThis is unbearable.",
    _url("refused"): "refused\nText.",
}
EXPECTED = {
    "good": Outcome.INDEXED,
    "gone": Outcome.REJECTED,
    "robots": Outcome.REJECTED,
    "busy": Outcome.FAILED,
    "down": Outcome.FAILED,
    "listing": Outcome.REJECTED,
    "broken": Outcome.QUARANTINED,
    "bug": Outcome.QUARANTINED,
    "twin": Outcome.DUPLICATE,
    "unbearable": Outcome.QUARANTINED,
    "refused": Outcome.QUARANTINED,
}


def test_every_entry_ends_in_exactly_one_outcome() -> None:
    """One entry for each way to end, and counts that add up."""
    desk = Desk(ONE_OF_EACH)
    batch_id = desk.make_batch()
    desk.run(batch_id)
    assert desk.outcomes(batch_id) == EXPECTED
    assert desk.state.ledger.batch(batch_id).state is BatchState.FINISHED
    ended = sum(
        count for report in desk.state.ledger.reports(batch_id) for outcome, count in report.counts.items() if outcome is not Outcome.PASSED
    )
    assert ended == len(ONE_OF_EACH)
    (document,) = desk.index.documents.values()
    assert (document["title"], document["language"], document["pipeline"]) == ("Ferries stop", "la", {"clean": "lines/1", "latin": "1"})


def test_a_new_document_is_written_once() -> None:
    """With its story in it: nothing is left to be brought up to date."""
    desk = Desk({name: ONE_OF_EACH[name] for name in (_url("good"), _url("refused"))})
    desk.run(desk.make_batch())
    assert desk.index.upserts == 2
    assert desk.state.stories.unshown() == {}


@pytest.mark.parametrize("stage", stages.STAGES)
def test_each_stage_run_twice_gives_the_same(stage: Stage) -> None:
    """A task that Airflow runs again changes nothing and fetches nothing again."""
    once, twice = Desk(ONE_OF_EACH), Desk(ONE_OF_EACH)
    first, second = once.make_batch(), twice.make_batch()
    once.run(first)
    place = stages.STAGES.index(stage) + 1
    twice.run(second, stages.STAGES[:place])
    twice.run(second, [stage])
    twice.run(second, stages.STAGES[place:])
    assert twice.outcomes(second) == once.outcomes(first)
    counts = [
        {report.stage: (report.inputs, report.counts) for report in desk.state.ledger.reports(batch)}
        for desk, batch in ((once, first), (twice, second))
    ]
    assert counts[0] == counts[1]
    assert [call[1] for call in twice.fetcher.calls].count(_url("good")) == 1


def test_a_finished_batch_run_again_changes_nothing() -> None:
    """A batch that was announced twice."""
    desk = Desk(ONE_OF_EACH)
    batch_id = desk.make_batch()
    desk.run(batch_id)
    calls, upserts, reports = len(desk.fetcher.calls), desk.index.upserts, desk.state.ledger.reports(batch_id)
    desk.run(batch_id)
    assert desk.state.ledger.reports(batch_id) == reports
    assert desk.outcomes(batch_id) == EXPECTED
    assert (len(desk.fetcher.calls), desk.index.upserts) == (calls, upserts)


def test_what_was_put_off_comes_back_when_it_is_due() -> None:
    """A host that refused and a dead server after an hour, and not before."""
    desk = Desk(ONE_OF_EACH)
    desk.run(desk.make_batch())
    assert desk.state.ledger.make_batches(NOON + timedelta(minutes=14), size=200) == ()
    desk.now = NOON + timedelta(hours=2)
    second = desk.make_batch()
    assert set(desk.outcomes(second)) == {"busy", "down"}
    desk.fetcher.script = {url: Reply(body=f"At last\nIt answers at {url}.".encode()) for url in ONE_OF_EACH}
    desk.run(second)
    assert set(desk.outcomes(second).values()) == {Outcome.INDEXED}


def test_what_always_fails_is_quarantined_in_the_end() -> None:
    """Three more tries over 48 hours, then aside with the reason."""
    desk = Desk({_url("down"): RetryableError("connection refused")})
    outcomes = []
    for _ in range(4):
        batch_id = desk.make_batch()
        desk.run(batch_id)
        outcomes.append(desk.outcomes(batch_id)["down"])
        desk.now += timedelta(hours=40)
    assert outcomes == [Outcome.FAILED] * 3 + [Outcome.QUARANTINED]
    assert desk.state.ledger.make_batches(desk.now, size=200) == ()


def test_a_run_cut_short_before_it_could_say_so_is_still_indexed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill between the upsert and the outcomes: the second run ends as the first would have."""
    desk = Desk({_url("good"): "Ferries stop\nOn Monday."})
    batch_id = desk.make_batch()
    desk.run(batch_id, stages.STAGES[:-1])
    with monkeypatch.context() as killed:
        killed.setattr(stages.Tally, "write", _die)
        with pytest.raises(KeyboardInterrupt):
            desk.run(batch_id, [Stage.INDEX])
    assert desk.outcomes(batch_id) == {"good": None}
    desk.run(batch_id, [Stage.INDEX])
    assert desk.outcomes(batch_id) == {"good": Outcome.INDEXED}
    assert [document["revision"] for document in desk.index.documents.values()] == [1]


def test_a_page_that_nobody_is_to_keep_is_archived_in_passing() -> None:
    """It is searchable like any other; its raw page is one that the sweep will delete."""
    desk = Desk(
        {
            _url("kept"): "Ferries stop\nOn Monday.",
            _url("passing"): Reply(body=b"Ferries go\nAgain.", headers=(("X-Robots-Tag", "noarchive"),)),
        }
    )
    desk.run(desk.make_batch())
    assert {page.url: kind for kind, page in desk.archive.added} == {_url("kept"): "page", _url("passing"): "passing"}
    assert len(desk.index.documents) == 2


def _die(_tally: object) -> None:
    raise KeyboardInterrupt


def test_pauses_of_a_busy_host_are_no_failures() -> None:
    """However often an entry was put off, its first failure is its first."""
    desk = Desk({_url("page"): Deferred(url=_url("page"), until=NOON, reason="host-busy: paused")})
    for _ in range(5):
        desk.run(desk.make_batch())
        desk.now += timedelta(hours=1)
    desk.fetcher.script = {_url("page"): RetryableError("connection refused")}
    batch_id = desk.make_batch()
    desk.run(batch_id)
    assert desk.outcomes(batch_id) == {"page": Outcome.FAILED}


def test_a_wrong_configuration_stops_the_stage_and_ends_no_entry() -> None:
    """Every entry would meet it, and none of them is to blame."""
    desk = Desk({_url("page"): "misconfigured\n"})
    batch_id = desk.make_batch()
    with pytest.raises(ConfigurationError):
        desk.run(batch_id)
    assert desk.outcomes(batch_id) == {"page": None}


def test_the_same_text_again_is_unchanged_and_a_new_one_a_revision() -> None:
    """Three entries of one article, batch after batch."""
    desk = Desk({})
    outcomes = []
    for name, text in (("first", "On Monday."), ("again", "On Monday."), ("later", "On Tuesday.")):
        desk.fetcher.script = {_url(name): Reply(body=f"same as {_url('story')}\n{text}".encode())}
        desk.state.ledger.add_entries([_entry(_url(name))], desk.now)
        batch_id = desk.make_batch()
        desk.run(batch_id)
        outcomes += desk.outcomes(batch_id).values()
        desk.now += timedelta(hours=1)
    assert outcomes == [Outcome.INDEXED, Outcome.UNCHANGED, Outcome.INDEXED]
    texts = {document["revision"]: (document["body"], document["superseded_at"]) for document in desk.index.documents.values()}
    assert texts == {1: ("On Monday.", "2026-11-18T12:00:00Z"), 2: ("On Tuesday.", None)}
    known = desk.state.articles.get(article_id(url_key(_url("story"))))
    assert known is not None
    assert (known.revision, known.first_seen_at) == (2, NOON)


def test_a_slow_disk_holds_up_no_other_answer() -> None:
    """Archive and ledger are asked beside the event loop, for each page the archive first."""
    desk = Desk({_url("one"): "One\nText.", _url("two"): "Two\nText.", _url("gone"): Reply(status=410)})
    batch_id = desk.make_batch()
    loops = Loops()
    loops.needed_by(desk.archive, "add")
    loops.needed_by(desk.state.ledger, "save_capture")
    loops.needed_by(desk.state.revisions, "check", "save_check")
    asyncio.run(loops.run(lambda: stages.fetch(batch_id, state=desk.state, fetcher=desk.fetcher, archive=desk.archive, clock=desk.clock)))
    assert desk.outcomes(batch_id) == {"one": None, "two": None, "gone": Outcome.REJECTED}
    assert loops.waited.count("check") >= 3
    written = [name for name in loops.waited if name != "check"]
    assert written == ["add", "save_capture", "save_check"] * 2
    assert all(member.pointer for member in desk.state.ledger.batch_entries(batch_id) if member.outcome is None)


TOLD = "Ferries stop again\n" + " ".join(f"Word {number} of the story." for number in range(60))


def test_the_same_under_other_addresses_is_one_article() -> None:
    """One text listed under many addresses, in one batch and in the next: one document, and each address an alias of it."""
    desk = Desk({_url(f"story?slug={number}"): TOLD for number in range(5)})
    desk.run(desk.make_batch())
    later = _url("story?slug=later")
    desk.fetcher.script = {later: Reply(body=TOLD.encode())}
    desk.now += timedelta(hours=50)
    desk.state.ledger.add_entries([_entry(later)], desk.now)
    batch = desk.make_batch()
    desk.run(batch)
    assert list(desk.outcomes(batch).values()) == [Outcome.UNCHANGED]
    (document,) = desk.index.documents.values()
    keys = [url_key(url) for url in (*(_url(f"story?slug={number}") for number in range(5)), later)]
    assert {desk.state.articles.resolve(key) for key in keys} == {document["article_id"]}
    assert len(desk.state.revisions.due(desk.now + timedelta(days=9), per_domain=99)) == 1  # one of them is looked at again
    told = [made.reason for made in desk.state.decisions.about(url_key(later)) if made.verdict == Outcome.UNCHANGED]
    assert told == [f"the same article as {document['url']}: an alias of it"]


def test_a_twin_of_what_was_taken_down_brings_it_back() -> None:
    """The publisher has given the story a new address."""
    first, second = _url("first"), _url("second")
    desk = Desk({first: TOLD})
    desk.run(desk.make_batch())
    desk.fetcher.script = {first: Rejected(url=first, reason="gone", detail="410"), second: Reply(body=TOLD.encode())}
    desk.now += timedelta(hours=1)
    desk.state.ledger.reopen([_entry(first).entry_id], desk.now)
    desk.run(desk.make_batch())
    (document,) = desk.index.documents.values()
    assert document["taken_down_at"] is not None
    desk.now += timedelta(hours=1)
    desk.state.ledger.add_entries([_entry(second)], desk.now)
    batch = desk.make_batch()
    desk.run(batch)
    assert list(desk.outcomes(batch).values()) == [Outcome.INDEXED]
    assert desk.index.documents[_entry(first).article_id]["taken_down_at"] is None
