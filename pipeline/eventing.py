"""What happened, for the operations dashboard: batch reports and poll results as events. Never a reason to stop the work itself."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from pipeline.covering import Coverage
from pipeline.errors import WireroomError
from pipeline.index.dates import iso
from pipeline.ledger import BatchReport, Gap, Outcome, Poll

if TYPE_CHECKING:
    from pipeline.ports import StateStore

Event = Mapping[str, object]  # `event_id`, `@timestamp` and `kind`, and what is known of it
_LOG = logging.getLogger(__name__)
_LONGEST_ERROR = 200
_GAPS_OF, _MOST_GAPS = timedelta(days=7), 1_000
_TOLD_WITH_REASON = frozenset({Outcome.QUARANTINED, Outcome.FAILED, Outcome.REJECTED, Outcome.DEFERRED})


class EventLog(Protocol):
    """Where events are kept for people to look at. The same event twice is one."""

    def note(self, events: Sequence[Event]) -> None: ...

    def close(self) -> None: ...


class NoEventLog:
    """An `EventLog` for installations without a dashboard: the ledger knows it all anyway."""

    def note(self, events: Sequence[Event]) -> None:
        """Forget them."""

    def close(self) -> None:
        """Nothing is open."""


def events_of_report(report: BatchReport) -> Iterator[Event]:
    """Yield what a stage did to a batch: the whole, and the entries by outcome."""
    shared = {"@timestamp": iso(report.started_at), "stage": str(report.stage), "batch_id": report.batch_id}
    name = f"{report.batch_id}:{report.stage}:{shared['@timestamp']}"
    yield shared | {
        "event_id": name, "kind": "batch", "entries": report.inputs, "seconds": report.seconds, "peak_rss_bytes": report.peak_rss_bytes,
    }  # fmt: skip
    for outcome, count in report.counts.items():
        if count:
            yield shared | {"event_id": f"{name}:{outcome}", "kind": "outcome", "outcome": str(outcome), "entries": count}


def event_of_poll(poll: Poll) -> Event:
    """Return one poll as an event; of an error only its beginning."""
    at = iso(poll.at)
    return {
        "event_id": f"{poll.feed_id}:{at}", "@timestamp": at, "kind": "poll", "feed_id": poll.feed_id, "outcome": str(poll.outcome),
        "http_status": poll.http_status, "entries": poll.entries, "new": poll.new, "bytes": poll.bytes, "seconds": poll.seconds,
        "error": poll.error[:_LONGEST_ERROR] if poll.error else None,
    }  # fmt: skip


def events_of_coverage(coverage: Coverage) -> Iterator[Event]:
    """Yield what was seen of each source and day, and what went quiet, each at the beginning of its day. What nobody knows is left out."""
    for one in coverage.days:
        at, estimate = f"{one.day}T00:00:00Z", one.estimate
        told: dict[str, object] = {"by_feed": one.by_feed, "by_push": one.by_push, "by_sitemap": one.by_sitemap, "by_import": one.by_import}
        told |= {name: count for name, count in (("listed", one.listed), ("missing", one.missing)) if count is not None}
        guessed: dict[str, object] = {
            "estimated": estimate.total, "estimated_low": estimate.low, "estimated_high": estimate.high, "recall": estimate.recall,
        } if estimate is not None else {}  # fmt: skip
        yield {"event_id": f"coverage:{one.domain}:{one.day}", "@timestamp": at, "kind": "coverage", "domain": one.domain} | told | guessed
    for each in coverage.alarms:
        of = "domain" if each.subject == "source" else each.subject
        yield {
            "event_id": f"alarm:{each.subject}:{each.name}:{each.day}", "@timestamp": f"{each.day}T00:00:00Z", "kind": "alarm",
            "subject": each.subject, of: each.name, "alarm": each.word, "usual": each.usual, "entries": each.last,
        }  # fmt: skip


def event_of_gap(gap: Gap) -> Event:
    """Return a gap as it stands now: told again when it was filled, it replaces what was told before."""
    return {
        "event_id": f"gap:{gap.feed_id}:{iso(gap.found_at)}", "@timestamp": iso(gap.found_at), "kind": "gap", "feed_id": gap.feed_id,
        "outcome": str(gap.state), "missed": gap.missed, "filled": gap.filled, "seconds": (gap.until - gap.since).total_seconds(),
    }  # fmt: skip


def events_of_reasons(counts: Mapping[tuple[Outcome, str], int], now: datetime) -> Iterator[Event]:
    """Yield how many entries stand at which outcome for which reason, of those outcomes that somebody may want to do something about.

    Args:
        counts: of the whole ledger.
        now: when they were counted.
    """
    for (outcome, reason), entries in counts.items():
        if outcome in _TOLD_WITH_REASON:
            name = f"reason:{outcome}:{reason}:{iso(now)}"
            yield {
                "event_id": name, "@timestamp": iso(now), "kind": "reason", "outcome": str(outcome), "reason": reason, "entries": entries,
            }  # fmt: skip


def note(log: EventLog, events: Iterable[Event]) -> None:
    """Note events; a log that is away is told of and forgotten."""
    try:
        log.note(list(events))
    except WireroomError as error:
        _LOG.warning("events: not noted: %s", error)


def note_standing(log: EventLog, state: StateStore, now: datetime) -> None:
    """Tell how the ledger stands: what was set aside and why, and the gaps of the last week. For nobody, nothing is counted."""
    if not isinstance(log, NoEventLog):
        note(log, events_of_reasons(state.ledger.outcomes_by_reason(), now))
        note(log, map(event_of_gap, state.gaps.gaps(since=now - _GAPS_OF, limit=_MOST_GAPS)))
