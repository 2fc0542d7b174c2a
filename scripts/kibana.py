"""Write kibana/wireroom.ndjson, or with --check fail where it is stale: `python -m scripts.kibana [--check]`.

The shape is that of Kibana 9's exports: data view, Discover session, and dashboards of Lens panels by value. The search page's
address is in the data view's links; `WIREROOM_WEB_URL` changes it, http://127.0.0.1:8810 without.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scripts.kibana_panels import COLUMNS, DASHBOARDS, EVENTS, LATEST, TIME, Dashboard, Measure, Panel

TARGET = Path(__file__).resolve().parents[1] / "kibana" / "wireroom.ndjson"
VIEW = "wireroom-articles"
LAYER = "articles"
_CORE = "8.8.0"
_ROW = 48
_SHAPES = {"bars": "lnsXY", "lines": "lnsXY", "table": "lnsDatatable", "metric": "lnsMetric"}


def every_object(web: str) -> list[dict[str, Any]]:
    """Return all saved objects, those that others refer to first."""
    events = {"title": EVENTS, "name": "Wireroom events", "timeFieldName": TIME, "fields": "[]"}
    return [data_view(web), _object("index-pattern", EVENTS, events, [], "8.0.0"), session(), *map(dashboard, DASHBOARDS)]


def data_view(web: str) -> dict[str, Any]:
    """Return the data view of the articles; ids and addresses in it are links."""
    links = {
        "url": {"id": "url", "params": {"labelTemplate": "publisher"}},
        "article_id": {
            "id": "url",
            "params": {"urlTemplate": f"{web}/article/{{{{rawValue}}}}", "labelTemplate": "read, with archive copy"},
        },
        "story_id": {"id": "url", "params": {"urlTemplate": f"{web}/?q=story:{{{{rawValue}}}}", "labelTemplate": "{{value}}"}},
        "search.lag": {"id": "duration", "params": {"inputFormat": "seconds", "outputFormat": "humanizePrecise"}},
    }
    attributes = {"title": VIEW, "name": "Wireroom articles", "timeFieldName": TIME, "fields": "[]", "fieldFormatMap": json.dumps(links)}
    return _object("index-pattern", VIEW, attributes, [], "8.0.0")


def session() -> dict[str, Any]:
    """Return the list of articles in Discover."""
    source = "kibanaSavedObjectMeta.searchSourceJSON.index"
    attributes = {
        "title": "Wireroom: articles",
        "description": "The latest revision of every article.",
        "columns": list(COLUMNS),
        "sort": [[TIME, "desc"]],
        "grid": {},
        "hideChart": False,
        "isTextBasedQuery": False,
        "timeRestore": False,
        "kibanaSavedObjectMeta": {"searchSourceJSON": json.dumps({**_query(LATEST), "indexRefName": source})},
    }
    return _object("search", "wireroom-discover", attributes, [_reference(source)], "10.5.0")


def dashboard(one: Dashboard) -> dict[str, Any]:
    """Return a dashboard with its panels."""
    panels, references = [], []
    for number, (panel, place) in enumerate(zip(one.panels, _places(one.panels), strict=True), 1):
        name = str(number)
        shown = _map(panel) if panel.kind == "map" else _lens(panel)
        layer = "layer_0_source_index_pattern" if panel.kind == "map" else f"indexpattern-datasource-layer-{LAYER}"
        references.append(_reference(f"{name}:{layer}", panel.view))
        panels.append({
            "type": "map" if panel.kind == "map" else "lens", "title": panel.title, "panelIndex": name, "gridData": {**place, "i": name},
            "embeddableConfig": {"attributes": shown, "enhancements": {}},
        })  # fmt: skip
    attributes = {
        "title": one.title, "description": one.description, "version": 1, "timeRestore": True, "timeFrom": one.since, "timeTo": "now",
        "panelsJSON": json.dumps(panels, ensure_ascii=False),
        "optionsJSON": json.dumps({"useMargins": True, "syncColors": True, "syncCursor": True, "syncTooltips": True}),
        "kibanaSavedObjectMeta": {"searchSourceJSON": json.dumps(_query(""))},
    }  # fmt: skip
    return _object("dashboard", f"wireroom-{one.name}", attributes, references, "10.2.0")


def _places(panels: Sequence[Panel]) -> Iterator[dict[str, int]]:
    """Fill rows from left to right."""
    x = y = tallest = 0
    for panel in panels:
        if x + panel.width > _ROW:
            x, y, tallest = 0, y + tallest, 0
        yield {"x": x, "y": y, "w": panel.width, "h": panel.height}
        x, tallest = x + panel.width, max(tallest, panel.height)


# ── panels ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _lens(panel: Panel) -> dict[str, Any]:
    measures = {f"m{at}": _measure(measure) for at, measure in enumerate(panel.measures)}
    buckets = {f"b{at}": _bucket(field, panel) for at, field in enumerate(panel.by)}
    layer = {"columns": {**buckets, **measures}, "columnOrder": [*buckets, *measures], "incompleteColumns": {}}
    state = {
        "datasourceStates": {"formBased": {"layers": {LAYER: layer}}},
        "visualization": _picture(panel, list(buckets), list(measures)),
        **_query(panel.only),
        "filters": [],
    }
    state.pop("filter")
    return {"title": panel.title, "visualizationType": _SHAPES[panel.kind], "type": "lens", "state": state, "references": []}


def _bucket(field: str, panel: Panel) -> dict[str, Any]:
    shared = {"label": field, "sourceField": field, "isBucketed": True}
    if field == TIME:
        params = {"interval": "auto", "includeEmptyRows": True, "dropPartials": False}
        return shared | {"dataType": "date", "operationType": "date_histogram", "scale": "interval", "params": params}
    order = {"orderBy": {"type": "column", "columnId": "m0"}, "orderDirection": "asc" if panel.measures[0].kind == "max" else "desc"}
    params = {"size": panel.size, **order, "otherBucket": False, "missingBucket": False, "parentFormat": {"id": "terms"}}
    kind = "number" if field == "http_status" else "string"
    return shared | {"dataType": kind, "operationType": "terms", "scale": "ordinal", "params": params}


def _measure(one: Measure) -> dict[str, Any]:
    field = one.field or "___records___"
    column: dict[str, Any] = {"label": one.name, "customLabel": True, "operationType": one.kind, "sourceField": field, "isBucketed": False}
    column |= {"dataType": "date" if one.kind == "max" else "number", "scale": "ratio", "params": {"emptyAsNull": True}}
    if one.percentile:
        column["params"] = {"percentile": one.percentile}
    if one.only:
        column["filter"] = {"query": one.only, "language": "kuery"}
    if one.shift:
        column["timeShift"] = one.shift
    return column


def _picture(panel: Panel, buckets: list[str], measures: list[str]) -> dict[str, Any]:
    if panel.kind == "metric":
        return {"layerId": LAYER, "layerType": "data", "metricAccessor": measures[0]}
    if panel.kind == "table":
        return {"layerId": LAYER, "layerType": "data", "columns": [{"columnId": column} for column in (*buckets, *measures)]}
    series = "bar_stacked" if panel.kind == "bars" else "line"
    layer = {"layerId": LAYER, "layerType": "data", "seriesType": series, "xAccessor": buckets[0], "accessors": measures}
    split = {"splitAccessor": buckets[1]} if len(buckets) > 1 else {}
    legend = {"isVisible": True, "position": "right"}
    return {"preferredSeriesType": series, "legend": legend, "valueLabels": "hide", "layers": [layer | split]}


def _map(panel: Panel) -> dict[str, Any]:
    source = {
        "type": "ES_GEO_GRID", "id": "places", "geoField": panel.by[0], "requestType": "point", "resolution": "COARSE",
        "metrics": [{"type": "count"}], "applyGlobalQuery": True, "applyGlobalTime": True,
        "indexPatternRefName": "layer_0_source_index_pattern",
    }  # fmt: skip
    grown = {"iconSize": {"type": "DYNAMIC", "options": {"minSize": 4, "maxSize": 24, "field": {"name": "doc_count", "origin": "source"}}}}
    layer = {
        "id": "places", "label": panel.title, "type": "GEOJSON_VECTOR", "visible": True, "minZoom": 0, "maxZoom": 24, "alpha": 0.75,
        "sourceDescriptor": source, "style": {"type": "VECTOR", "properties": grown}, "query": {"query": panel.only, "language": "kuery"},
    }  # fmt: skip
    tiles = {"type": "EMS_TMS", "isAutoSelect": True}
    base = {"id": "base", "type": "EMS_VECTOR_TILE", "visible": True, "sourceDescriptor": tiles, "style": {"type": "EMS_VECTOR_TILE"}}
    return {
        "title": panel.title, "description": "", "layerListJSON": json.dumps([base, layer]),
        "mapStateJSON": json.dumps({"zoom": 1.5, "center": {"lat": 20, "lon": 10}}), "uiStateJSON": "{}",
    }  # fmt: skip


# ── the envelope ──────────────────────────────────────────────────────────────────────────────────────────────────


def _query(kql: str) -> dict[str, Any]:
    return {"query": {"query": kql, "language": "kuery"}, "filter": []}


def _reference(name: str, view: str = VIEW) -> dict[str, str]:
    return {"type": "index-pattern", "id": view, "name": name}


def _object(kind: str, name: str, attributes: dict[str, Any], references: list[dict[str, str]], version: str) -> dict[str, Any]:
    return {
        "id": name, "type": kind, "attributes": attributes, "references": references, "coreMigrationVersion": _CORE,
        "typeMigrationVersion": version,
    }  # fmt: skip


def written(web: str) -> str:
    """Return the file's text."""
    return "".join(json.dumps(one, ensure_ascii=False, sort_keys=True) + "\n" for one in every_object(web))


def main(arguments: Sequence[str]) -> int:
    """Write or check the file; return the exit code."""
    text = written(os.environ.get("WIREROOM_WEB_URL", "http://127.0.0.1:8810"))
    stale = not TARGET.exists() or TARGET.read_text() != text
    if stale and "--check" in arguments:
        print(f"stale: {TARGET.name}; run `python -m scripts.kibana`")
        return 1
    if stale:
        TARGET.parent.mkdir(exist_ok=True)
        TARGET.write_text(text)
        print(f"written: {TARGET.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
