"""The saved objects for Kibana: each field is in the mapping, and each aggregation runs on a real node."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from pipeline.backfill.estimate import Estimate
from pipeline.covering import Alarm, Coverage, Covered
from pipeline.demo.addresses import page_path
from pipeline.demo.faults import status
from pipeline.eventing import Event, event_of_gap, event_of_poll, events_of_coverage, events_of_reasons, note
from pipeline.index.access import Access
from pipeline.index.elastic_analysis import OTHER
from pipeline.index.elastic_events import FIELDS, ElasticEvents
from pipeline.index.elastic_mapping import properties
from pipeline.ledger import Gap, Outcome, Poll, PollOutcome
from pipeline.settings import Settings
from pipeline.sources.registry import write_feed_file
from pipeline.stages import STAGES
from pipeline.types import FeedId
from pipeline.wiring import Rooms
from scripts.kibana import TARGET, every_object, main
from scripts.kibana_panels import COLUMNS, DASHBOARDS, EVENTS, TIME, Measure, Panel
from tests.index.clusters import remove_indices
from tests.newsroom import demo_content, open_newsroom

ALIAS = "test-kibana"
NOTED = f"{ALIAS}-events"
PANELS = [pytest.param(panel, id=f"{dashboard.name}: {panel.title}") for dashboard in DASHBOARDS for panel in dashboard.panels]
OBJECTS = [json.loads(line) for line in TARGET.read_text().splitlines()]
AGGREGATABLE = {"keyword", "date", "long", "integer", "short", "float", "double", "boolean", "geo_point", "alias"}


def types() -> dict[str, str]:
    """Every field of the mapping with its type, inner ones with their path."""

    def inside(fields: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
        for name, field in fields.items():
            yield path + name, field.get("type", "object")
            yield from inside(field.get("properties", {}), f"{path}{name}.")

    return dict(inside(properties(OTHER) | FIELDS))


def kql_fields(text: str) -> set[str]:
    """The fields that a KQL condition names."""
    return set(re.findall(r"([\w.@]+)\s*:", text))


def deep(value: object) -> Iterator[tuple[str, object]]:
    """Every key with its value, in JSON within JSON too."""
    if isinstance(value, str) and re.match(r'[{\[]["{\]}]', value) and not value.startswith("{{"):
        yield from deep(json.loads(value))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from deep(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from deep(inner)


def test_the_file_is_fresh() -> None:
    """It says what the panels say."""
    assert main(["--check"]) == 0


@pytest.mark.parametrize("one", OBJECTS, ids=lambda one: str(one["id"]))
def test_each_field_is_in_the_mapping(one: dict[str, Any]) -> None:
    """Those that are shown, and those that conditions name; what is counted can be counted."""
    known = types()
    pairs = list(deep(one))
    counted = {str(value) for key, value in pairs if key in {"sourceField", "geoField", "timeFieldName"}} - {"___records___"}
    named = {field for key, value in pairs if key == "query" and isinstance(value, str) for field in kql_fields(value)}
    assert {field for field in counted if known.get(field) not in AGGREGATABLE} == set()
    assert named <= set(known)
    assert set(COLUMNS) <= set(known)


@pytest.mark.parametrize("one", OBJECTS, ids=lambda one: str(one["id"]))
def test_what_refers_and_what_is_referred_to(one: dict[str, Any]) -> None:
    """Every reference leads to an object of the file; a dashboard's panels do not overlap."""
    assert {reference["id"] for reference in one["references"]} <= {each["id"] for each in OBJECTS}
    panels = json.loads(one["attributes"].get("panelsJSON", "[]"))
    taken = [(x, y) for panel in panels for x, y in _cells(panel["gridData"])]
    assert len(taken) == len(set(taken))
    assert all(panel["gridData"]["x"] + panel["gridData"]["w"] <= 48 for panel in panels)
    named = {reference["name"].split(":")[0] for reference in one["references"]}
    assert not panels or named == {panel["panelIndex"] for panel in panels}


def _cells(grid: dict[str, int]) -> Iterator[tuple[int, int]]:
    return ((x, y) for x in range(grid["x"], grid["x"] + grid["w"]) for y in range(grid["y"], grid["y"] + grid["h"]))


def test_links_lead_to_the_search_page() -> None:
    """At the address it is given: the article, its archive copy, its story, its source; of events the feed and the site."""
    articles, events = (json.loads(view["attributes"]["fieldFormatMap"]) for view in every_object("https://news.example")[:2])
    links = {name: one["params"]["urlTemplate"] for name, one in (articles | events).items() if one["id"] == "url"}
    assert links == {
        "url": "{{rawValue}}",
        "article_id": "https://news.example/article/{{rawValue}}",
        "search.archived": "https://news.example/article/{{rawValue}}/page",
        "story_id": "https://news.example/?q=story:{{rawValue}}",
        "source": "https://news.example/?q=source:%22{{value}}%22",
        "feed_id": "https://news.example/?q=feed:{{value}}",
        "domain": "https://news.example/?q=url:https://{{value}}/*",
    }
    assert set(links) <= set(types())
    assert {"article_id", "search.archived", "story_id", "url"} <= set(COLUMNS)


def test_a_click_leads_to_the_story_and_to_the_source() -> None:
    """Each drilldown names a dashboard of the file by a reference of its own; both are led to."""
    led_to = set()
    for one in OBJECTS:
        references = {reference["name"]: reference["id"] for reference in one["references"]}
        for panel in json.loads(one["attributes"].get("panelsJSON", "[]")):
            events = panel["embeddableConfig"].get("enhancements", {}).get("dynamicActions", {}).get("events", [])
            for event in events:
                assert event["triggers"] == ["FILTER_TRIGGER"]
                name = f"{panel['panelIndex']}:drilldown:{event['action']['factoryId']}:{event['eventId']}:dashboardId"
                led_to.add((one["id"], references[name]))
    assert {target for _, target in led_to} == {"wireroom-story", "wireroom-source"}
    assert ("wireroom-news", "wireroom-story") in led_to
    assert ("wireroom-news", "wireroom-source") in led_to


def test_what_is_asked_for_has_a_panel() -> None:
    """Both dashboards say what an editor and an operator look for, by the fields that tell it."""
    fields = {
        dashboard.name: {name for panel in dashboard.panels for name in (*panel.by, *(measure.field for measure in panel.measures))}
        for dashboard in DASHBOARDS
    }
    assert {"source", "language", "people", "organisations", "keywords", "locations.location", "story_id"} <= fields["news"]
    told = {"http_status", "search.lag", "outcome", "reason", "first_seen_at", "missed", "filled", "recall", "missing", "alarm", "by_push"}
    assert told <= fields["operations"]


# ── on a node ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def client(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elasticsearch]:
    """A cluster into which the demo newsroom was taken: its articles, and what happened on the way. Articles change meanwhile, a
    feed has a gap, a page is gone.
    """
    with Elasticsearch([elasticsearch_url]) as opened:
        remove_indices(elasticsearch_url, ALIAS)
        if old := list(opened.indices.get(index=f"{NOTED}-*").body):
            opened.indices.delete(index=old)
        take_in_the_demo(tmp_path_factory.mktemp("kibana"), elasticsearch_url)
        opened.indices.refresh(index=f"{ALIAS},{NOTED}")
        yield opened


def take_in_the_demo(home: Path, url: str) -> None:
    """Poll, take everything in, come back hours later, sweep; then tell of what the demo is too small for."""
    news = open_newsroom()
    try:
        write_feed_file(home / "feeds.toml", news.feeds())
        local = f"127.0.0.1:{news.port}"
        settings = Settings(
            _env_file=None,
            home=home,
            local_newsroom=local,
            host_delay=0,
            feed_host_delay=0,
            index_url=f"{url}/?alias={ALIAS}",
        )
        with Rooms(settings, clock=lambda: news.now) as rooms:
            rooms.__dict__["events"] = ElasticEvents(url, Access(), alias=NOTED)  # a cluster that is given may hold real ones
            rooms.sync_feeds()
            for hours in (0, 24):
                news.advance(60 * hours)
                rooms.poll(every=True)
                rooms.sweep()
                for batch in rooms.state.ledger.unfinished(news.now, older_than_seconds=0):
                    for stage in STAGES:
                        rooms.run(stage, batch.batch_id)
                gone = max(demo_content().articles, key=lambda article: article.published)
                news.misbehave(gone.publisher.publisher_id, page_path(gone), status(410))
            rooms.sweep()
            note(rooms.events, told_of_other_newsrooms(news.now))
    finally:
        news.close()


def told_of_other_newsrooms(now: datetime) -> Iterator[Event]:
    """What only weeks of following show, told by the same functions: a day's coverage, who went silent, a gap, a quarantine."""
    estimate = Estimate(total=10.5, low=9, high=12, recall=0.9, looks="feed × sitemap")
    covered = Covered(
        domain="a.example", day=now.date(), by_feed=4, by_push=3, by_sitemap=2, by_import=1, listed=8, missing=2, estimate=estimate
    )
    alarms = (
        Alarm(subject="source", name="a.example", word="silent", day=now.date(), usual=9.5, last=0),
        Alarm(subject="language", name="uk", word="vanished", day=now.date(), usual=4.0, last=0),
    )
    yield from events_of_coverage(Coverage(days=(covered,), alarms=alarms))
    yield event_of_gap(Gap(feed_id=FeedId("f"), found_at=now, since=now - timedelta(hours=2), until=now, missed=7, filled=3))
    yield from events_of_reasons({(Outcome.QUARANTINED, "the server refuses it"): 2, (Outcome.FAILED, "timed out"): 1}, now)
    yield event_of_poll(Poll(feed_id=FeedId("f"), at=now, outcome=next(iter(PollOutcome)), http_status=500, error="500 from the server"))


@pytest.mark.xdist_group("elasticsearch")
@pytest.mark.parametrize("panel", PANELS)
def test_each_panel_has_something_to_show(client: Elasticsearch, panel: Panel) -> None:
    """What Lens would ask, asked of the node: every division and every number comes out. A list shows its columns."""
    if panel.kind == "list":
        names = [name for name in COLUMNS if name not in {"section", "people"}]  # an article may be without
        hit = client.search(index=ALIAS, size=1, source=False, fields=names).body["hits"]["hits"][0]
        assert sorted(hit["fields"]) == sorted(names)
        return
    inner: dict[str, Any] = {f"m{at}": _number(measure) for at, measure in enumerate(panel.measures)}
    for field in reversed(panel.by):
        inner = {"by": {**_division(field, panel.size), "aggregations": inner}}
    index = NOTED if panel.view == EVENTS else ALIAS
    answer = client.search(index=index, size=0, query=_condition(panel.only), aggregations=inner).body["aggregations"]
    for _ in panel.by:
        assert answer["by"]["buckets"], panel.by
        answer = answer["by"]["buckets"][0]
    for at in range(len(panel.measures)):
        number = answer[f"m{at}"]
        assert (
            number.get("hits")
            or number.get("value") is not None
            or number.get("doc_count") is not None
            or None not in number.get("values", {"": None}).values()
        )


def _division(field: str, size: int) -> dict[str, Any]:
    if field == TIME:
        return {"date_histogram": {"field": field, "fixed_interval": "1h", "min_doc_count": 1}}
    if field == "locations.location":
        return {"geotile_grid": {"field": field, "precision": 4}}
    return {"terms": {"field": field, "size": size}}


def _number(measure: Measure) -> dict[str, Any]:
    if measure.kind == "count":
        return {"filter": _condition(measure.only)}
    if measure.kind == "percentile":
        return {"percentiles": {"field": measure.field, "percents": [measure.percentile]}}
    if measure.kind == "last_value":
        return {"top_hits": {"size": 1, "sort": [{TIME: "desc"}], "docvalue_fields": [measure.field], "_source": False}}
    return {{"unique_count": "cardinality", "max": "max", "sum": "sum", "average": "avg"}[measure.kind]: {"field": measure.field}}


def _condition(kql: str) -> dict[str, Any]:
    """The only forms of KQL that the panels use: conditions joined by `and`."""
    if not kql:
        return {"match_all": {}}
    sides: dict[str, list[dict[str, Any]]] = {"filter": [], "must_not": []}
    for part in kql.split(" and "):
        found = re.fullmatch(r"(not )?([\w.]+): (\*|\w+)", part)
        assert found, kql
        asked = {"exists": {"field": found[2]}} if found[3] == "*" else {"term": {found[2]: found[3]}}
        sides["must_not" if found[1] else "filter"].append(asked)
    return {"bool": sides}
