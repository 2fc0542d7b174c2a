"""`wireroom status`, `config` and `doctor`: how things stand."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import typer

from pipeline.cli import screen
from pipeline.doctor import examine
from pipeline.ledger import FeedState
from pipeline.settings import PREFIX, Settings, load_settings, origins
from pipeline.status import UNWATCHED, BatchRow, FeedRow, StageTotal, Status, read_status
from pipeline.wiring import open_rooms

JSON = typer.Option(False, "--json", help="Print JSON for scripts.")


# ── status ────────────────────────────────────────────────────────────────────────────────────────────────────────


def status(
    batches: int = typer.Option(20, metavar="N", min=1, max=10_000, help="How many of the newest batches to count and show."),
    as_json: bool = JSON,
) -> None:
    """Show feeds, batches, outcomes, speed, lag and who finds names."""
    from pipeline.enrich.models import in_use
    from pipeline.enrich.vectors import told

    with open_rooms() as rooms:
        found = read_status(rooms.state, rooms.clock(), batches=batches)
        vectors_by = told(rooms.settings.vector_model)
    if as_json:
        sums = {"entries": found.entries, "healths": found.healths, "pushes": found.pushes}
        screen.print_json(dataclasses.asdict(found) | sums | {"names_by": in_use(), "vectors_by": vectors_by})
    else:
        print_status(found, vectors_by)


def print_status(found: Status, vectors_by: str) -> None:
    """Print everything there is to tell, worst first; `vectors_by` says what makes vectors."""
    from pipeline.enrich.models import in_use, told

    feeds = [_feed_row(row, found) for row in found.feeds]
    title = f"feeds: {screen.listed(found.healths) or 'none'}"
    screen.table(title, ("feed", "health", "last success", "next poll", "last error"), feeds, wraps=("last error",))
    if found.polls:
        screen.show(f"polls of the last day: {screen.listed(found.polls)}")
    if found.pushes:
        screen.show(f"push: {screen.listed(found.pushes)}")
    _print_gaps(found)
    if found.changes:
        changes = [(one.site, screen.ago(one.at, found.at), one.change) for one in found.changes]
        screen.table("\nsites whose pages changed in the last seven days", ("site", "seen", "what"), changes, wraps=("what",))
    batches = [_batch_row(row) for row in found.batches]
    screen.table("\nbatches", ("batch", "state", "entries", "took", "outcomes"), batches, right=("entries", "took"), wraps=("outcomes",))
    print_stages(found.stages)
    screen.show(f"names of people, organisations and places by: {told(in_use())}")
    screen.show(f"vectors for `similar` by: {vectors_by}")
    _print_outcomes(found)
    _print_lag(found)


def _print_gaps(found: Status) -> None:
    """Print what passed unseen of the feeds, and what of it was found elsewhere."""
    if not found.gaps:
        return
    rows = [
        (gap.feed_id, f"{gap.since:%m-%d %H:%M} – {gap.until:%m-%d %H:%M}", f"≈ {gap.missed}", gap.filled, gap.state, gap.source)
        for gap in found.gaps
    ]
    columns = ("feed", "from – to (UTC)", "missed", "filled", "state", "from")
    screen.table("\ngaps of the last seven days", columns, rows, right=("missed", "filled"), wraps=("from",))


def _feed_row(row: FeedRow, found: Status) -> tuple[object, ...]:
    state = row.state
    return row.name, row.health, screen.ago(state.last_success_at, found.at), _next_poll(row, found), _trouble(state)


def _next_poll(row: FeedRow, found: Status) -> str:
    if row.state.status in UNWATCHED:
        return "–"
    return f"due for {screen.duration(row.overdue_seconds)}" if row.overdue_seconds else screen.ago(row.state.next_poll_at, found.at)


def _trouble(state: FeedState) -> str | None:
    """Return the last error, and what is known of where the feed went."""
    if state.course.merged_into:
        return f"moved to {state.address}, which is polled as {state.course.merged_into}"
    if state.course.proposed:
        return f"{state.last_error}; its site has {', '.join(state.course.proposed)}: set the url of one in the feed file"
    return state.last_error


def _batch_row(row: BatchRow) -> tuple[object, ...]:
    return row.batch.batch_id, row.batch.state, row.batch.size, screen.duration(row.seconds), screen.listed(row.outcomes)


def print_stages(stages: Iterable[StageTotal], *, title: str = "stages") -> None:
    """Print entries per second and peak memory of each stage."""
    rows = [
        (
            one.stage,
            one.batches,
            one.entries,
            f"{one.seconds:.1f} s",
            "–" if one.per_second is None else f"{one.per_second:.1f}",
            screen.size_of(one.peak_rss_bytes),
        )
        for one in stages
    ]
    numbers = ("batches", "entries", "time", "entries/s", "peak memory")
    screen.table(f"\n{title}", ("stage", *numbers), rows, right=numbers)


def _print_outcomes(found: Status) -> None:
    rows: list[tuple[object, ...]] = [*found.outcomes.items(), ("(waiting)", found.lag.entries_waiting), ("all", found.entries)]
    screen.table("\nentries by outcome", ("outcome", "entries"), rows, right=("entries",))
    if found.reasons:
        reasons = [(row.outcome, row.entries, row.reason) for row in found.reasons]
        screen.table("\nnot taken, and why", ("outcome", "entries", "reason"), reasons, right=("entries",), wraps=("reason",))


def _print_lag(found: Status) -> None:
    lag = found.lag
    unfinished = f", the oldest for {screen.duration(lag.oldest_unfinished_seconds)}" if lag.batches_unfinished else ""
    screen.show(
        f"\nlag: {screen.count_of(lag.feeds_due, 'feed')} due, {lag.feeds_late} late; "
        f"{screen.count_of(lag.entries_waiting, 'entry', 'entries')} waiting, {lag.entries_later} to be tried again later; "
        f"{screen.count_of(lag.batches_unfinished, 'batch', 'batches')} unfinished{unfinished}"
    )
    if lag.turnaround_median_seconds is not None and lag.turnaround_p95_seconds is not None:
        median, slow = screen.duration(lag.turnaround_median_seconds), screen.duration(lag.turnaround_p95_seconds)
        screen.show(f"a batch takes {median} (median), {slow} (95 of 100)")


# ── settings and components ───────────────────────────────────────────────────────────────────────────────────────


def config(as_json: bool = JSON) -> None:
    """Show the settings in force, secrets hidden."""
    shown, came_from = load_settings().shown(), origins()
    if as_json:
        screen.print_json(shown)
        return
    columns = ("setting", "value", "from", "what it does")
    rows = [
        (PREFIX + name.upper(), _written(value), came_from[name], Settings.model_fields[name].description) for name, value in shown.items()
    ]
    if screen.is_wide():
        screen.table("", columns, rows, wraps=("what it does",))
    else:
        screen.table("", columns[:3], [row[:3] for row in rows], wraps=("value",))


def _written(value: object) -> str:
    """Return a value as one would write it into the environment; a dash for none."""
    return "–" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def doctor(as_json: bool = JSON) -> None:
    """Check each component; say the remedy for what is wrong.

    Exit code 1 where something is wrong.
    """
    with open_rooms() as rooms:
        findings = list(examine(rooms))
    if as_json:
        screen.print_json([dataclasses.asdict(finding) for finding in findings])
    else:
        rows: list[tuple[str, str, str]] = []
        for one in findings:
            rows.append((one.component, "ok" if one.well else "WRONG", one.found))
            rows += [("", "", f"→ {one.remedy}")] if one.remedy else []
        screen.table("", ("component", "", "found"), rows, wraps=("found",))
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)
