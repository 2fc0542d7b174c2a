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
SESSION = "wireroom-discover"
LAYER = "articles"
_CORE = "8.8.0"
_ROW = 48
_SHAPES = {"bars": "lnsXY", "shares": "lnsXY", "lines": "lnsXY", "table": "lnsDatatable", "metric": "lnsMetric"}


def every_object(web: str) -> list[dict[str, Any]]:
    """Return all saved objects, those that others refer to first."""
    return [articles_view(web), events_view(web), session(), *map(dashboard, DASHBOARDS)]


def articles_view(web: str) -> dict[str, Any]:
    """Return the data view of the articles; ids, names and addresses in it are links."""
    links = {
        "url": _link("{{rawValue}}", "publisher"),
        "article_id": _link(f"{web}/article/{{{{rawValue}}}}", "read"),
        "search.archived": _link(f"{web}/article/{{{{rawValue}}}}/page", "archive copy"),
        "story_id": _link(f"{web}/?q=story:{{{{rawValue}}}}", "{{value}}"),
        "source": _link(f"{web}/?q=source:%22{{{{value}}}}%22", "{{value}}"),
        "search.lag": {"id": "duration", "params": {"inputFormat": "seconds", "outputFormat": "humanizePrecise"}},
    }
    return _view(VIEW, "Wireroom articles", links)


def events_view(web: str) -> dict[str, Any]:
    """Return the data view of the events; feeds and sites in it lead to what they brought."""
    links = {
        "feed_id": _link(f"{web}/?q=feed:{{{{value}}}}", "{{value}}"),
        "domain": _link(f"{web}/?q=url:https://{{{{value}}}}/*", "{{value}}"),
        "recall": {"id": "percent", "params": {"pattern": "0 %"}},
    }
    return _view(EVENTS, "Wireroom events", links)


def _link(template: str, label: str) -> dict[str, Any]:
    return {"id": "url", "params": {"urlTemplate": template, "labelTemplate": label}}


def _view(index: str, name: str, formats: dict[str, Any]) -> dict[str, Any]:
    attributes = {"title": index, "name": name, "timeFieldName": TIME, "fields": "[]", "fieldFormatMap": json.dumps(formats)}
    return _object("index-pattern", index, attributes, [], "8.0.0")


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
    return _object("search", SESSION, attributes, [_reference(source)], "10.5.0")


def dashboard(one: Dashboard) -> dict[str, Any]:
    """Return a dashboard with its panels."""
    panels, references = [], []
    for number, (panel, place) in enumerate(zip(one.panels, _places(one.panels), strict=True), 1):
        name = str(number)
        shown, needed = _shown(panel, name)
        panels.append({"title": panel.title, "panelIndex": name, "gridData": {**place, "i": name}, **shown})
        references += needed
    attributes = {
        "title": one.title, "description": one.description, "version": 1, "timeRestore": True, "timeFrom": one.since, "timeTo": "now",
        "panelsJSON": json.dumps(panels, ensure_ascii=False),
        "optionsJSON": json.dumps({"useMargins": True, "syncColors": True, "syncCursor": True, "syncTooltips": True}),
        "kibanaSavedObjectMeta": {"searchSourceJSON": json.dumps(_query(""))},
    }  # fmt: skip
    return _object("dashboard", f"wireroom-{one.name}", attributes, references, "10.2.0")


def _shown(panel: Panel, name: str) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Return what a panel holds, and what that refers to."""
    if panel.kind == "list":
        references = [{"type": "search", "id": SESSION, "name": f"{name}:panel_{name}"}]
        return {"type": "search", "panelRefName": f"panel_{name}", "embeddableConfig": {"enhancements": {}}}, references
    is_map = panel.kind == "map"
    layer = "layer_0_source_index_pattern" if is_map else f"indexpattern-datasource-layer-{LAYER}"
    references = [_reference(f"{name}:{layer}", panel.view)]
    enhancements: dict[str, Any] = {}
    if panel.opens:
        event = f"{panel.opens}-{name}"
        enhancements = {"dynamicActions": {"events": [_drilldown(event, panel.opens)]}}
        named = f"{name}:drilldown:DASHBOARD_TO_DASHBOARD_DRILLDOWN:{event}:dashboardId"
        references.append({"type": "dashboard", "id": f"wireroom-{panel.opens}", "name": named})
    attributes = _map(panel) if is_map else _lens(panel)
    return {"type": "map" if is_map else "lens", "embeddableConfig": {"attributes": attributes, "enhancements": enhancements}}, references


def _drilldown(event: str, target: str) -> dict[str, Any]:
    """A click on a value: the other dashboard, with that value as a filter and the same time."""
    config = {"useCurrentFilters": True, "useCurrentDateRange": True, "openInNewTab": False}
    action = {"factoryId": "DASHBOARD_TO_DASHBOARD_DRILLDOWN", "name": f"Open the {target}", "config": config}
    return {"eventId": event, "triggers": ["FILTER_TRIGGER"], "action": action}


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
    first = panel.measures[0].kind
    order: dict[str, Any] = {"orderBy": {"type": "column", "columnId": "m0"}, "orderDirection": "asc" if first == "max" else "desc"}
    if first == "last_value":  # by which nothing can be ordered
        order = {"orderBy": {"type": "alphabetical"}, "orderDirection": "asc"}
    params = {"size": panel.size, **order, "otherBucket": False, "missingBucket": False, "parentFormat": {"id": "terms"}}
    kind = "number" if field == "http_status" else "string"
    return shared | {"dataType": kind, "operationType": "terms", "scale": "ordinal", "params": params}


def _measure(one: Measure) -> dict[str, Any]:
    field = one.field or "___records___"
    column: dict[str, Any] = {"label": one.name, "customLabel": True, "operationType": one.kind, "sourceField": field, "isBucketed": False}
    column |= {"dataType": "date" if one.kind == "max" else "number", "scale": "ratio", "params": {"emptyAsNull": True}}
    if one.percentile:
        column["params"] = {"percentile": one.percentile}
    if one.kind == "last_value":
        column["params"] = {"sortField": TIME, "showArrayValues": True}  # by top_hits, which every Elasticsearch has
        column["filter"] = {"query": f"{one.field}: *", "language": "kuery"}
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
    series = {"bars": "bar_stacked", "shares": "bar_percentage_stacked", "lines": "line"}[panel.kind]
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
