"""The fields of the Elasticsearch index, and the names of the indices: which language group and month, of which generation.

An index is `wireroom-articles-000001-de-2026.11`; the alias `wireroom-articles` shows what may be found of the generation in
use. What is stored is the document as it is, and beside it `search`: what searching needs and no reader asks for.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, NotRequired, TypedDict, get_args, get_type_hints

from pipeline.index.dates import microseconds
from pipeline.index.document import ArticleDocument, completed
from pipeline.index.elastic_analysis import LANGUAGE_GROUPS, OTHER, UNSPACED, analysis, language_group
from pipeline.index.fields import CODE_KEYS, NAME_KEYS
from pipeline.types import VECTOR_SIZE
from pipeline.urls import url_key

OWNER = "wireroom"
MAPPING_VERSION = 1  # raise it with a change that an older Wireroom could not work with; new fields are added without
ANALYSIS_VERSION = 1  # raise it where words are taken apart otherwise: only a rebuild brings that to old documents
_ANCHOR = "anchor"
FOREVER = 2**63 - 1  # microseconds: when the latest revision is superseded
_EARLIEST_YEAR = 2000  # what claims to be older is together in one index: a wrong date must not make a new one

_LONGEST_NAME = 1_000


class SearchField(TypedDict):
    """What searching needs and no reader asks for."""

    moment: int
    known: int
    until: int
    urls: list[str]
    lag: int
    vector: NotRequired[str]  # a cluster may leave what it searches as vectors out of the stored document


class StoredDocument(ArticleDocument):
    """A document as it lies in Elasticsearch: `search` is added on the way in and taken off on the way out."""

    search: NotRequired[SearchField]


@dataclass(frozen=True, slots=True)
class Names:
    """What things are called in the cluster, all of it beginning with the alias: several newsrooms may share a cluster."""

    alias: str = "wireroom-articles"

    @property
    def building(self) -> str:
        """The alias of the generation that is being built."""
        return f"{self.alias}-building"

    @property
    def every(self) -> str:
        """The pattern of all our indices, of whichever generation."""
        return f"{self.alias}-0*"

    @property
    def settings(self) -> str:
        """The component template of the settings that all indices share; the lifecycle policy has the same name."""
        return f"{self.alias}-settings"

    @property
    def fields(self) -> str:
        """The component template of the fields."""
        return f"{self.alias}-fields"

    def generation(self, number: int) -> str:
        """Return what the names of a generation's indices begin with."""
        return f"{self.alias}-{number:06d}"

    def anchor(self, number: int) -> str:
        """Return the empty index of a generation: the alias has something to point at from the first moment."""
        return f"{self.generation(number)}-{_ANCHOR}"

    def index_of(self, number: int, document: ArticleDocument) -> str:
        """Return the index that a document belongs in."""
        moment = datetime.fromisoformat(document["@timestamp"]).astimezone(UTC)
        month = f"{moment:%Y.%m}" if moment.year >= _EARLIEST_YEAR else f"before-{_EARLIEST_YEAR}"
        return f"{self.generation(number)}-{language_group(document['language'])}-{month}"

    def generation_of(self, index: str) -> int | None:
        """Return the generation of one of our indices, None for another's."""
        found = re.fullmatch(rf"{re.escape(self.alias)}-(0\d{{5}})-[a-z]+(?:-.+)?", index)
        return int(found[1]) if found else None

    def group_of(self, index: str) -> str:
        """Return the language group of one of our indices."""
        group = index.removeprefix(f"{self.alias}-").split("-")[1]
        return group if group in LANGUAGE_GROUPS else OTHER


def stored(document: ArticleDocument) -> StoredDocument:
    """Return a document as it is put into Elasticsearch."""
    moment = datetime.fromisoformat(document["@timestamp"]).astimezone(UTC)
    lag = datetime.fromisoformat(document["indexed_at"]) - moment
    superseded = document["superseded_at"]
    search: SearchField = {
        "moment": microseconds(moment),
        "known": microseconds(datetime.fromisoformat(document["fetched_at"])),
        "until": microseconds(datetime.fromisoformat(superseded)) if superseded else FOREVER,
        "urls": list(dict.fromkeys(map(url_key, (document["url"], *document["url_keys"])))),
        "lag": max(int(lag.total_seconds()), 0),
    }
    if document["vector"]:
        search["vector"] = document["vector"]
    return {**document, "search": search}


def as_it_was(found: StoredDocument) -> ArticleDocument:
    """Return the document of what was stored."""
    found.pop("search", None)
    return completed(found)


# ── the mapping ───────────────────────────────────────────────────────────────────────────────────────────────────


def mapping(group: str) -> dict[str, Any]:
    """Return the mapping of an index of that language group. `dynamic: strict`: an unknown field is refused."""
    return {"dynamic": "strict", "_meta": template_meta(), "properties": properties(group)}


def properties(group: str) -> dict[str, Any]:
    """Return the field → definition table. A field of the document that is not named here is mapped as its type says."""
    hints = get_type_hints(ArticleDocument)
    return {name: _code() if name in CODE_KEYS else _by_type(hint) for name, hint in hints.items()} | _decided(group)


def _by_type(hint: object) -> dict[str, Any]:
    """`bool | None` is a boolean, `list[str]` a keyword; what has a structure is kept and not searched."""
    kinds = {str(part) for part in (*get_args(hint), hint) if isinstance(part, type)} - {str(type(None)), str(list)}
    for kind, mapped in {bool: "boolean", int: "long", float: "double", str: "keyword"}.items():
        if str(kind) in kinds:
            return _keyword() if mapped == "keyword" else {"type": mapped}
    return {"type": "object", "enabled": False}


def _decided(group: str) -> dict[str, Any]:
    rest = {"copy_to": ["rest"]}
    return {
        **_origin(), **_wording(group), **_times(), **_findings(), **_standing(),
        **{key: _name() | (rest if key in {"source", "section", "agency", "authors", "tags", "keywords"} else {}) for key in NAME_KEYS},
        "archive": _object(file=_keyword(), offset=_long(), length=_long(), digest=_keyword()),
        "removed": {"type": "object", "enabled": False},
        "candidates": {"type": "object", "enabled": False},
        "pipeline": {"type": "flattened"},
        "search": _object(
            moment=_long(), known=_long(), until=_long(), urls=_keyword(), lag=_long(), vector=_vector(), archived=_other_name("article_id")
        ),
    }  # fmt: skip


def _origin() -> dict[str, Any]:
    return {
        "article_id": _code(), "version": _long(), "revision": {"type": "integer"},
        "url": _keyword(), "url_keys": _keyword(), "feed_id": _code(), "country": _code(), "language": _code(),
        "page_type": _keyword(), "flags": _keyword(), "noindex": {"type": "boolean"}, "noarchive": {"type": "boolean"},
        "image": _keyword() | {"index": False, "doc_values": False},
    }  # fmt: skip


def _wording(group: str) -> dict[str, Any]:
    rest = {"copy_to": ["rest"]}
    caption = {"type": "text", "index": False} | rest
    return {
        "title": _text(group), "body": _text(group), "rest": _text(group),
        "summary": {"type": "text", "analyzer": "text"} | rest,
        "dateline": {"type": "text", "index": False} | rest,
        "captions": _object(text=caption, credit=caption),
        "blocks": {"type": "object", "enabled": False},
        "contributors": {"type": "text", "index": False},
        "corrections": {"type": "text", "index": False},
    }  # fmt: skip


def _times() -> dict[str, Any]:
    names = ("@timestamp", "published", "modified", "first_seen_at", "fetched_at", "indexed_at")
    return {name: {"type": "date"} for name in names} | {"published_precision": _keyword()}


def _findings() -> dict[str, Any]:
    return {
        "entities": _object(name=_keyword(), label=_keyword(), count={"type": "integer"}),
        "locations": _object(name=_keyword(), country=_keyword(), location={"type": "geo_point"}),
        "quotes": _object(text={"type": "text", "analyzer": "text"}, speaker=_keyword(), start=_long(), end=_long()),
        "words": {"type": "integer"},
        "reading_minutes": {"type": "integer"},
        "gist": {"type": "text", "index": False},
        "vector": _keyword() | {"index": False, "doc_values": False},
    }  # fmt: skip


def _standing() -> dict[str, Any]:
    return {
        "story_id": _code(), "copy_of": _keyword(), "copy_kind": _code(), "copy_distance": {"type": "float"},
        "revision_of": _keyword(), "superseded_at": {"type": "date"}, "changes": _code(), "taken_down_at": {"type": "date"},
    }  # fmt: skip


def _text(group: str) -> dict[str, Any]:
    """A zone of the query language: stemmed, and exact and cased beside it."""
    exact: dict[str, Any] = {"type": "text", "analyzer": "exact"}
    if group == UNSPACED:
        exact["index_phrases"] = True  # pairs of characters: a phrase of five is four look-ups and no positions
    cased = {"type": "text", "analyzer": "cased"}
    return {"type": "text", "analyzer": "text", "fields": {"exact": exact, "cased": cased}}


def _keyword() -> dict[str, Any]:
    return {"type": "keyword", "ignore_above": 8_000}


def _other_name(field: str) -> dict[str, Any]:
    """A second name of a field, for a dashboard that makes another link of its value."""
    return {"type": "alias", "path": field}


def _long() -> dict[str, Any]:
    return {"type": "long"}


def _vector() -> dict[str, Any]:
    return {"type": "dense_vector", "dims": VECTOR_SIZE, "element_type": "byte", "similarity": "cosine"}


def _folded() -> dict[str, Any]:
    return {"type": "keyword", "normalizer": "name", "ignore_above": _LONGEST_NAME}


def _code() -> dict[str, Any]:
    return _keyword() | {"fields": {"folded": _folded()}}


def _name() -> dict[str, Any]:
    words = {"type": "text", "analyzer": "exact"}
    return {"type": "keyword", "ignore_above": _LONGEST_NAME, "fields": {"folded": _folded(), "words": words}}


def _object(**fields: dict[str, Any]) -> dict[str, Any]:
    return {"properties": fields}


# ── templates ─────────────────────────────────────────────────────────────────────────────────────────────────────


def index_body(group: str) -> dict[str, Any]:
    """Return what an index of a language group is made with: its analysis, and the mapping that uses it."""
    return {"settings": {"index": {"analysis": analysis(group)}}, "mappings": mapping(group)}


def fields_template() -> dict[str, Any]:
    """Return the component template of the fields, with the analysis of the group that stems nothing: what differs by
    language is given when an index is made.
    """
    return {"template": index_body(OTHER), "_meta": template_meta()}


def settings_template(*, lifecycle: str | None) -> dict[str, Any]:
    """Return the component template that all article indices share.

    Args:
        lifecycle: the name of a lifecycle policy, where the cluster has such.
    """
    index: dict[str, Any] = {
        "number_of_shards": 1,
        "auto_expand_replicas": "0-1",
        "gc_deletes": "0s",  # a deleted article may come back as an older version: it was deleted on purpose
        "mapping": {"total_fields": {"limit": 300}},
    }
    if lifecycle:
        index["lifecycle"] = {"name": lifecycle}
    return {"template": {"settings": {"index": index}}, "_meta": template_meta()}


def template_meta() -> dict[str, Any]:
    """Return what marks a template as ours, and of which version."""
    fields = blake2b(json.dumps(properties(OTHER), sort_keys=True).encode(), digest_size=8).hexdigest()
    return {"owner": OWNER, "mapping": MAPPING_VERSION, "analysis": ANALYSIS_VERSION, "fields": fields}


def alias_body() -> dict[str, Any]:
    """Return what an alias shows: all but what its publisher does not want found."""
    return {"filter": {"term": {"noindex": False}}}
