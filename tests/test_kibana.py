"""The saved objects for Kibana: each field is in the mapping, and each aggregation runs on a real node."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from pipeline.index.access import Access
from pipeline.index.elastic_analysis import OTHER
from pipeline.index.elastic_events import FIELDS, ElasticEvents
from pipeline.index.elastic_mapping import properties
from scripts.kibana import TARGET, every_object, main
from scripts.kibana_panels import COLUMNS, DASHBOARDS, EVENTS, TIME, Measure, Panel
from tests.index.clusters import empty_elastic
from tests.index.documents import document

ALIAS = "test-kibana"
PANELS = [pytest.param(panel, id=f"{dashboard.name}: {panel.title}") for dashboard in DASHBOARDS for panel in dashboard.panels]
OBJECTS = [json.loads(line) for line in TARGET.read_text().splitlines()]
AGGREGATABLE = {"keyword", "date", "long", "integer", "short", "float", "double", "boolean", "geo_point"}


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
    """At the address it is given."""
    view = every_object("https://news.example")[0]
    links = json.loads(view["attributes"]["fieldFormatMap"])
    assert links["article_id"]["params"]["urlTemplate"] == "https://news.example/article/{{rawValue}}"


# ── on a node ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    """A cluster with articles of three sources, one of them a copy, one superseded, one taken down."""
    index = empty_elastic(elasticsearch_url, ALIAS)
    where = [{"name": "Reykjavik", "country": "IS", "location": {"lat": 64.1, "lon": -21.9}}]
    story = document("a")["article_id"]
    full: dict[str, Any] = {
        "people": ["Jane Doe"], "organisations": ["Council"], "keywords": ["ferry"], "locations": where, "section": "World",
        "authors": ["J. Roe"], "flags": ["tz-assumed"], "changes": ["headline"], "taken_down_at": "2026-11-21T00:00:00Z",
    }  # fmt: skip
    index.upsert([
        document("a", source="One", story_id=story, **full),
        document("b", source="Two", story_id=story, copy_of=story, copy_kind="verbatim", copy_distance=0.0, **full),
        document("c", source="Three", superseded_at="2026-11-21T00:00:00Z", **full),
    ])  # fmt: skip
    index.refresh()
    index.close()
    events = ElasticEvents(elasticsearch_url, Access(), alias=f"{ALIAS}-events")
    at = {"@timestamp": "2026-11-23T12:00:00Z"}
    events.note([
        {"event_id": "1", "kind": "poll", "feed_id": "f", "outcome": "failed", "http_status": 500, "error": "500 from the server", **at},
        {"event_id": "2", "kind": "outcome", "stage": "index", "outcome": "indexed", "entries": 3, **at},
        {"event_id": "3", "kind": "batch", "stage": "index", "seconds": 1.5, "entries": 3, **at},
    ])  # fmt: skip
    events.close()
    with Elasticsearch([elasticsearch_url]) as opened:
        opened.indices.refresh(index=f"{ALIAS}-events")
        yield opened


@pytest.mark.xdist_group("elasticsearch")
@pytest.mark.parametrize("panel", PANELS)
def test_each_panel_has_something_to_show(client: Elasticsearch, panel: Panel) -> None:
    """What Lens would ask, asked of the node: every division and every number comes out."""
    inner: dict[str, Any] = {f"m{at}": _number(measure) for at, measure in enumerate(panel.measures)}
    for field in reversed(panel.by):
        inner = {"by": {**_division(field, panel.size), "aggregations": inner}}
    index = f"{ALIAS}-events" if panel.view == EVENTS else ALIAS
    answer = client.search(index=index, size=0, query=_condition(panel.only), aggregations=inner).body["aggregations"]
    for _ in panel.by:
        assert answer["by"]["buckets"], panel.by
        answer = answer["by"]["buckets"][0]
    for at in range(len(panel.measures)):
        number = answer[f"m{at}"]
        assert number.get("value") is not None or number.get("doc_count") is not None or None not in number["values"].values()


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
    return {{"unique_count": "cardinality", "max": "max", "sum": "sum"}[measure.kind]: {"field": measure.field}}


def _condition(kql: str) -> dict[str, Any]:
    """The only forms of KQL that the panels use."""
    if not kql:
        return {"match_all": {}}
    found = re.fullmatch(r"(not )?([\w.]+): (\*|\w+)", kql)
    assert found, kql
    if found[3] != "*":
        return {"term": {found[2]: found[3]}}
    exists = {"exists": {"field": found[2]}}
    return {"bool": {"must_not": [exists]}} if found[1] else exists
