"""Generations on a real node."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from pipeline.errors import ConfigurationError
from pipeline.index.elastic_generations import begin_generation, drop_generations, promote_generation
from pipeline.index.elastic_mapping import Names
from pipeline.index.elastic_setup import prepare, standing
from tests.index.clusters import remove_indices

pytestmark = pytest.mark.xdist_group("elasticsearch")
NAMES = Names("test-generations")


@pytest.fixture
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    """A cluster with one generation."""
    remove_indices(elasticsearch_url, NAMES.alias)
    with Elasticsearch([elasticsearch_url]) as opened:
        prepare(opened, NAMES)
        yield opened
    remove_indices(elasticsearch_url, NAMES.alias)


def test_the_alias_moves_in_one_step(client: Elasticsearch) -> None:
    """Before it shows the one, behind it the other; the old one stays."""
    assert begin_generation(client, NAMES) == 2
    assert standing(client, NAMES).live == 1
    promote_generation(client, NAMES)
    assert standing(client, NAMES).live == 2
    assert standing(client, NAMES).generations() == (1, 2)
    assert not client.indices.exists_alias(name=NAMES.building)
    assert client.indices.get_alias(name=NAMES.alias).body["test-generations-000002-anchor"]["aliases"][NAMES.alias]["filter"]


def test_only_the_one_in_use_is_left(client: Elasticsearch) -> None:
    """The old one and one that is begun go."""
    begin_generation(client, NAMES)
    promote_generation(client, NAMES)
    begin_generation(client, NAMES)
    assert drop_generations(client, NAMES) == ("test-generations-000001-anchor", "test-generations-000003-anchor")
    assert standing(client, NAMES).generations() == (2,)
    assert drop_generations(client, NAMES) == ()


def test_nothing_built_is_named(client: Elasticsearch) -> None:
    """And the alias stays where it is."""
    with pytest.raises(ConfigurationError, match="nothing is being built"):
        promote_generation(client, NAMES)
    assert standing(client, NAMES).live == 1
