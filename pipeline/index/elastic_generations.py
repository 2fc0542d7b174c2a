"""Generations of the index: a new one beside the old, put in its place by moving the alias, the old one kept until dropped."""

from __future__ import annotations

from typing import Any

from elasticsearch import Elasticsearch

from pipeline.errors import ConfigurationError
from pipeline.index.elastic_mapping import Names, alias_body
from pipeline.index.elastic_setup import create_generation, standing


def begin_generation(client: Elasticsearch, names: Names) -> int:
    """Make an empty generation under the alias of what is being built; return its number."""
    number = max(standing(client, names).generations(), default=0) + 1
    create_generation(client, names, number, alias=names.building)
    return number


def promote_generation(client: Elasticsearch, names: Names) -> None:
    """Move the alias to the generation that was built, in one step: no search finds none or both.

    Raises:
        ConfigurationError: nothing was built.
    """
    built = _behind(client, names.building)
    if not built:
        raise ConfigurationError(f"index: the alias {names.building} is not there: nothing is being built")
    actions: list[dict[str, Any]] = [{"remove": {"index": index, "alias": names.alias}} for index in _behind(client, names.alias)]
    actions += [{"add": {"index": index, "alias": names.alias, **alias_body()}} for index in built]
    actions += [{"remove": {"index": index, "alias": names.building}} for index in built]
    client.indices.update_aliases(actions=actions)


def drop_generations(client: Elasticsearch, names: Names) -> tuple[str, ...]:
    """Remove every generation but the one in use, one that is being built too; return the names of the indices."""
    found = standing(client, names)
    dropped = tuple(sorted(name for name in found.indices if names.generation_of(name) != found.live))
    for name in dropped if found.live is not None else ():  # one by one: many clusters refuse wildcards here, and long lists
        client.indices.delete(index=name)
    return dropped if found.live is not None else ()


def _behind(client: Elasticsearch, alias: str) -> list[str]:
    answer = client.options(ignore_status=404).indices.get_alias(name=alias).body
    return sorted(name for name, entry in answer.items() if isinstance(entry, dict))
