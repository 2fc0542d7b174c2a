"""What the dashboards show: the readable side of kibana/wireroom.ndjson, from which `scripts/kibana.py` writes it."""

from __future__ import annotations

from dataclasses import dataclass

TIME = "@timestamp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number: of articles, or of the values of a field. `only` is a KQL condition of this number alone, `shift` a look back."""

    name: str
    kind: str = "count"  # count, unique_count, percentile, max, sum, average, last_value
    field: str = ""
    percentile: int = 0
    only: str = ""
    shift: str = ""


ARTICLES = Measure(name="Articles")


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One picture. `by` are the fields it is divided by, the first one along the axis or down the table."""

    title: str
    kind: str  # bars, shares, lines, table, metric, map, list
    by: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = (ARTICLES,)
    size: int = 10
    width: int = 24  # of 48 columns
    height: int = 14
    only: str = ""  # KQL
    view: str = "wireroom-articles"
    opens: str = ""  # the dashboard that a click on a value leads to, asked for that value


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """One page of panels, over a time that can be changed there."""

    name: str
    title: str
    description: str
    since: str
    panels: tuple[Panel, ...]


LATEST = "not superseded_at: *"
YESTERDAY_WEEK = (Measure(name="Now"), Measure(name="A week before", shift="7d"))
LAGS = tuple(Measure(name=f"p{at} of seconds", kind="percentile", field="search.lag", percentile=at) for at in (50, 95))

EVENTS = "wireroom-events"
POLLS = Measure(name="Polls")
SLOW = Measure(name="p95", kind="percentile", field="seconds", percentile=95)
ENTRIES = Measure(name="Entries", kind="sum", field="entries")
STANDING = Measure(name="Entries", kind="last_value", field="entries")
MISSED = (Measure(name="Missed", kind="sum", field="missed"), Measure(name="Found elsewhere", kind="sum", field="filled"))
SEEN_BY = tuple(
    Measure(name=name, kind="sum", field=field)
    for name, field in (("Feeds", "by_feed"), ("Push", "by_push"), ("Sitemaps alone", "by_sitemap"), ("Imports", "by_import"))
)
RECALL = Measure(name="Our share", kind="average", field="recall")
COVERED = (
    RECALL, Measure(name="Listed", kind="sum", field="listed"), Measure(name="Not known", kind="sum", field="missing"),
    Measure(name="Estimated", kind="sum", field="estimated"),
)  # fmt: skip
EVENT_PANELS = (
    Panel(title="Polls", kind="bars", by=(TIME, "outcome"), measures=(POLLS,), only="kind: poll", view=EVENTS),
    Panel(title="Share of answers: 304 is nothing new", kind="shares", by=(TIME, "http_status"), measures=(POLLS,), only="kind: poll",
          view=EVENTS),
    Panel(title="Feeds that fail", kind="table", by=("feed_id", "error"), measures=(POLLS,), size=50, only="error: *", view=EVENTS),
    Panel(title="How entries end", kind="bars", by=(TIME, "outcome"), measures=(ENTRIES,), only="kind: outcome", view=EVENTS),
    Panel(title="Outcomes by stage", kind="table", by=("stage", "outcome"), measures=(ENTRIES,), only="kind: outcome", view=EVENTS),
    Panel(title="Seconds a batch", kind="lines", by=(TIME, "stage"), measures=(SLOW,), only="kind: batch", view=EVENTS),
    Panel(title="Set aside, by reason", kind="table", by=("reason",), measures=(STANDING,), size=30,
          only="kind: reason and outcome: quarantined", view=EVENTS),
    Panel(title="Turned away, failed or put off, by reason", kind="table", by=("outcome", "reason"), measures=(STANDING,), size=30,
          only="kind: reason and not outcome: quarantined", view=EVENTS),
    Panel(title="Gaps: entries that passed between two polls", kind="bars", by=(TIME,), measures=MISSED, only="kind: gap", view=EVENTS),
    Panel(title="Gaps by feed", kind="table", by=("feed_id", "outcome"), measures=MISSED, size=30, only="kind: gap", view=EVENTS),
    Panel(title="How articles were first seen", kind="bars", by=(TIME,), measures=SEEN_BY, only="kind: coverage", view=EVENTS),
    Panel(title="Our share of what there was", kind="lines", by=(TIME,), measures=(RECALL,), only="kind: coverage", view=EVENTS),
    Panel(title="Coverage by source", kind="table", by=("domain",), measures=COVERED, size=100, only="kind: coverage", view=EVENTS),
    Panel(title="Sources gone silent", kind="table", by=("domain", "alarm"), measures=(Measure(name="Since", kind="max", field=TIME),),
          size=50, only="kind: alarm and subject: source", view=EVENTS),
    Panel(title="Languages gone silent", kind="table", by=("language", "alarm"), measures=(Measure(name="Since", kind="max", field=TIME),),
          only="kind: alarm and subject: language", view=EVENTS),
)  # fmt: skip

DASHBOARDS: tuple[Dashboard, ...] = (
    Dashboard(
        name="news",
        title="Wireroom: news",
        description="What is written about, by whom and where; what rises; stories on many sites.",
        since="now-24h",
        panels=(
            Panel(title="Articles", kind="metric", width=12, height=8, only=LATEST),
            Panel(
                title="Stories",
                kind="metric",
                measures=(Measure(name="Stories", kind="unique_count", field="story_id"),),
                width=12,
                height=8,
                only=LATEST,
            ),
            Panel(
                title="Sources",
                kind="metric",
                measures=(Measure(name="Sources", kind="unique_count", field="source"),),
                width=12,
                height=8,
                only=LATEST,
            ),
            Panel(
                title="Languages",
                kind="metric",
                measures=(Measure(name="Languages", kind="unique_count", field="language"),),
                width=12,
                height=8,
                only=LATEST,
            ),
            Panel(title="Volume by source", kind="bars", by=(TIME, "source"), only=LATEST, opens="source"),
            Panel(title="Volume by language", kind="bars", by=(TIME, "language"), only=LATEST),
            Panel(
                title="People: now and a week before", kind="table", by=("people",), measures=YESTERDAY_WEEK, size=20, width=16, only=LATEST
            ),
            Panel(
                title="Organisations: now and a week before",
                kind="table",
                by=("organisations",),
                measures=YESTERDAY_WEEK,
                size=20,
                width=16,
                only=LATEST,
            ),
            Panel(
                title="Keywords: now and a week before",
                kind="table",
                by=("keywords",),
                measures=YESTERDAY_WEEK,
                size=20,
                width=16,
                only=LATEST,
            ),
            Panel(title="Places", kind="map", by=("locations.location",), width=28, height=20, only=LATEST),
            Panel(
                title="Stories on most sites",
                kind="table",
                by=("story_id",),
                measures=(Measure(name="Sites", kind="unique_count", field="source"), ARTICLES),
                size=20,
                width=20,
                height=20,
                only=LATEST,
                opens="story",
            ),
            Panel(
                title="What sources write themselves",
                kind="table",
                by=("source",),
                measures=(ARTICLES, Measure(name="Own", only="not copy_of: *"), Measure(name="Copied", only="copy_of: *")),
                size=50,
                width=48,
                only=LATEST,
                opens="source",
            ),
        ),
    ),
    Dashboard(
        name="operations",
        title="Wireroom: operations",
        description="How soon articles can be found, how polls and batches end, and which feeds have gone silent.",
        since="now-7d",
        panels=(
            Panel(title="From publication to search", kind="lines", by=(TIME,), measures=LAGS),
            Panel(title="Slowest feeds", kind="table", by=("feed_id",), measures=LAGS, size=20),
            Panel(
                title="Feeds, by when they last brought something",
                kind="table",
                by=("feed_id",),
                measures=(Measure(name="Last article", kind="max", field="first_seen_at"), ARTICLES),
                size=200,
            ),
            *EVENT_PANELS,
            Panel(title="Kinds of pages", kind="bars", by=(TIME, "page_type")),
            Panel(title="Flags of dates and texts", kind="table", by=("flags",), size=20),
            Panel(title="Articles taken down", kind="bars", by=(TIME, "source"), only="taken_down_at: *"),
        ),
    ),
    Dashboard(
        name="story",
        title="Wireroom: a story",
        description="Filter by story_id, or click a story on the other dashboards: who has it, who copied whom, how it changed.",
        since="now-30d",
        panels=(
            Panel(title="Who tells it, when", kind="bars", by=(TIME, "source"), opens="source"),
            Panel(title="Kinds of copies", kind="table", by=("copy_kind",), width=12),
            Panel(title="How texts changed", kind="table", by=("changes",), width=12),
            Panel(title="Who copied whom", kind="table", by=("copy_of", "source"), size=50),
            Panel(title="People in it", kind="table", by=("people",), width=24, size=20),
            Panel(title="Its articles: read, archive copy, publisher", kind="list", width=48, height=20),
        ),
    ),
    Dashboard(
        name="source",
        title="Wireroom: a source",
        description="Filter by source, or click one on the other dashboards: what it writes about, how much of it itself, how soon.",
        since="now-30d",
        panels=(
            Panel(title="Volume by section", kind="bars", by=(TIME, "section"), only=LATEST),
            Panel(
                title="Own and copied",
                kind="lines",
                by=(TIME,),
                measures=(Measure(name="Own", only="not copy_of: *"), Measure(name="Copied", only="copy_of: *")),
                only=LATEST,
            ),
            Panel(title="Authors", kind="table", by=("authors",), size=30, width=16, only=LATEST),
            Panel(title="People", kind="table", by=("people",), size=30, width=16, only=LATEST),
            Panel(title="Silent edits and corrections", kind="table", by=("changes",), size=30, width=16),
            Panel(title="Stories it is in", kind="table", by=("story_id",), size=30, width=24, only=LATEST, opens="story"),
            Panel(title="From publication to search", kind="lines", by=(TIME,), measures=LAGS, only=LATEST),
            Panel(title="Its articles: read, archive copy, publisher", kind="list", width=48, height=20),
        ),
    ),
)

# What the list of articles in Discover shows.
COLUMNS = ("title", "source", "language", "section", "people", "story_id", "article_id", "search.archived", "url")
