"""Makes a cluster ready: templates, the first index and its alias; brings older indices up to date; refuses what is not ours."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from elasticsearch import ApiError, BadRequestError, Elasticsearch

from pipeline.errors import ConfigurationError
from pipeline.index.elastic_mapping import (
    ANALYSIS_VERSION,
    MAPPING_VERSION,
    OWNER,
    Names,
    alias_body,
    fields_template,
    index_body,
    properties,
    settings_template,
    template_meta,
)

_PRIORITY = 500
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What there is of ours: each index with the `_meta` of its mapping, and the generation that the alias shows."""

    names: Names
    indices: Mapping[str, Mapping[str, Any]]
    live: int | None

    def generations(self) -> tuple[int, ...]:
        """Return the numbers of all generations that are there, oldest first."""
        return tuple(sorted({number for name in self.indices if (number := self.names.generation_of(name)) is not None}))


def standing(client: Elasticsearch, names: Names) -> Standing:
    """Look at what is there.

    Raises:
        ConfigurationError: an index or alias of our name belongs to somebody else, or to a newer Wireroom.
    """
    found = client.indices.get_mapping(index=[names.alias, names.every], ignore_unavailable=True, allow_no_indices=True).body
    metas = {name: answer["mappings"].get("_meta", {}) for name, answer in found.items()}
    for name, meta in metas.items():
        _check_ours(names, name, meta)
    aliased = client.options(ignore_status=404).indices.get_alias(name=names.alias).body
    lives = {names.generation_of(name) for name in aliased} - {None}
    if len(lives) > 1:
        raise ConfigurationError(f"index: the alias {names.alias} shows generations {sorted(map(str, lives))} at once; leave it only one")
    return Standing(names=names, indices=metas, live=next(iter(lives), None))


def _check_ours(names: Names, name: str, meta: Mapping[str, Any]) -> None:
    if names.generation_of(name) is None or meta.get("owner") != OWNER:
        raise ConfigurationError(
            f"index: the cluster has an index {name} that is not Wireroom's (no _meta.owner); rename it, or use another cluster"
        )
    if meta["mapping"] > MAPPING_VERSION or meta["analysis"] > ANALYSIS_VERSION:
        raise ConfigurationError(f"index: {name} was made by a newer Wireroom (mapping {meta['mapping']}); update this one")


def prepare(client: Elasticsearch, names: Names) -> int:
    """Make everything there and up to date; twice is the same. Returns the generation in use.

    Raises:
        ConfigurationError: see `standing`; or an index of an older mapping cannot be brought up to date.
    """
    found = standing(client, names)
    put_templates(client, names)
    for name, meta in found.indices.items():
        if meta["mapping"] < MAPPING_VERSION or meta.get("fields") != template_meta()["fields"]:
            _migrate(client, names, name)
    if found.live is not None:
        return found.live
    generation = max(found.generations(), default=1)
    create_generation(client, names, generation, alias=names.alias)
    return generation


def put_templates(client: Elasticsearch, names: Names) -> None:
    """Write the templates where they are missing or older than ours."""
    entries = client.options(ignore_status=404).indices.get_index_template(name=names.alias).body.get("index_templates", [])
    if any(entry["index_template"].get("_meta") == template_meta() for entry in entries):  # it is written last
        return
    lifecycle = names.settings if _put_lifecycle(client, names.settings) else None
    for name, template in {names.settings: settings_template(lifecycle=lifecycle), names.fields: fields_template()}.items():
        client.cluster.put_component_template(name=name, template=template["template"], meta=template["_meta"])
    client.indices.put_index_template(
        name=names.alias,
        index_patterns=[names.every],
        composed_of=[names.settings, names.fields],
        priority=_PRIORITY,
        meta=template_meta(),
    )


def _put_lifecycle(client: Elasticsearch, name: str) -> bool:
    """Old months are merged to one segment and made read-mostly; nothing is ever deleted. False: the cluster has no lifecycles."""
    policy = {
        "_meta": template_meta(),
        "phases": {
            "hot": {"actions": {"set_priority": {"priority": 100}}},
            "warm": {"min_age": "90d", "actions": {"set_priority": {"priority": 50}, "forcemerge": {"max_num_segments": 1}}},
        },
    }
    try:
        client.ilm.put_lifecycle(name=name, policy=policy)
    except ApiError as error:
        _LOG.info("no lifecycle policy: the cluster answers %s", error.meta.status)
        return False
    return True


def _migrate(client: Elasticsearch, names: Names, index: str) -> None:
    """Add what is new to an older index. What was indexed before lacks it until it is indexed again."""
    wanted = properties(names.group_of(index))
    meta = client.indices.get_mapping(index=index).body[index]["mappings"]["_meta"]
    try:
        client.indices.put_mapping(index=index, properties=wanted, meta={**template_meta(), "analysis": meta["analysis"]})
    except BadRequestError as error:
        raise ConfigurationError(f"index: {index} cannot be brought up to date ({error}); run `wireroom index rebuild`") from error


def create_generation(client: Elasticsearch, names: Names, generation: int, *, alias: str) -> None:
    """Make the anchor of a generation, under an alias. One that is there is left alone."""
    create_index(client, names, names.anchor(generation), alias=alias)


def create_index(client: Elasticsearch, names: Names, index: str, *, alias: str) -> None:
    """Make one index under an alias. Another process may have been faster."""
    try:
        client.indices.create(index=index, aliases={alias: alias_body()}, **index_body(names.group_of(index)))
    except BadRequestError as error:
        if "resource_already_exists_exception" not in repr(error.body):
            raise
        client.indices.put_alias(index=index, name=alias, **alias_body())
