"""What `prepare` makes of an empty, an older, a newer and somebody else's cluster."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from pipeline.errors import ConfigurationError
from pipeline.index import elastic_mapping, elastic_setup
from pipeline.index.elastic import ElasticIndex
from pipeline.index.elastic_mapping import Names, settings_template
from tests.index.clusters import empty_elastic, remove_indices
from tests.index.documents import document

pytestmark = pytest.mark.xdist_group("elasticsearch")
ALIAS = "test-setup"
ANCHOR = f"{ALIAS}-000001-anchor"


@pytest.fixture
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    """A look from outside, at a cluster without our indices."""
    remove_indices(elasticsearch_url, ALIAS)
    with Elasticsearch([elasticsearch_url]) as opened:
        yield opened
    remove_indices(elasticsearch_url, ALIAS)


def test_preparing_twice_is_once(client: Elasticsearch) -> None:
    """The same generation, nothing written anew."""
    assert elastic_setup.prepare(client, Names(ALIAS)) == 1
    before = client.cluster.state(metric=["metadata"], filter_path="version").body
    assert elastic_setup.prepare(client, Names(ALIAS)) == 1
    assert client.cluster.state(metric=["metadata"], filter_path="version").body == before


@pytest.mark.parametrize("name", [ALIAS, f"{ALIAS}-0-theirs"])
def test_a_foreign_index_is_refused_and_left_alone(client: Elasticsearch, elasticsearch_url: str, name: str) -> None:
    """Named, with the remedy."""
    client.indices.create(index=name)

    index = ElasticIndex(elasticsearch_url, names=Names(ALIAS))
    with pytest.raises(ConfigurationError, match=f"{name} that is not Wireroom's.+rename it"):
        index.prepare()
    index.close()
    assert client.indices.exists(index=name)
    client.indices.delete(index=name)


def test_an_index_of_a_newer_wireroom_is_refused(client: Elasticsearch) -> None:
    """An older program does not write into what it cannot know."""
    client.indices.create(index=ANCHOR, mappings={"_meta": {"owner": "wireroom", "mapping": 99, "analysis": 1}})
    with pytest.raises(ConfigurationError, match="newer Wireroom"):
        elastic_setup.prepare(client, Names(ALIAS))


def test_an_older_mapping_gets_what_is_new(client: Elasticsearch, elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The documents stay, and the new field is there."""
    elastic_setup.prepare(client, Names(ALIAS))
    known = elastic_mapping.properties

    def grown(group: str) -> dict[str, object]:
        return {**known(group), "mood": {"type": "keyword"}}

    for module in (elastic_mapping, elastic_setup):
        monkeypatch.setattr(module, "properties", grown)
    elastic_setup.prepare(client, Names(ALIAS))
    mapping = client.indices.get_mapping(index=ANCHOR).body[ANCHOR]["mappings"]
    assert mapping["_meta"] == elastic_mapping.template_meta()
    assert mapping["properties"]["mood"] == {"type": "keyword"}
    client.indices.delete_index_template(name=ALIAS)  # the next test wants the old one


def test_a_field_that_changed_its_type_asks_for_a_rebuild(client: Elasticsearch, monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot be changed in place."""
    elastic_setup.prepare(client, Names(ALIAS))
    monkeypatch.setattr(elastic_setup, "MAPPING_VERSION", 2)
    monkeypatch.setattr(elastic_setup, "properties", lambda _: {"words": {"type": "keyword"}})
    with pytest.raises(ConfigurationError, match="wireroom index rebuild"):
        elastic_setup.prepare(client, Names(ALIAS))


def test_an_index_that_vanished_is_made_again(client: Elasticsearch, elasticsearch_url: str) -> None:
    """A process that had it open goes on."""
    index = empty_elastic(elasticsearch_url, ALIAS)
    index.upsert([document("one")])
    remove_indices(elasticsearch_url, ALIAS)
    index.upsert([document("two")])
    index.refresh()
    assert index.count() == 1
    index.close()


def test_lifecycles_are_used_where_there_are_some() -> None:
    """The node here has none; the template names the policy only where it could be written."""
    assert settings_template(lifecycle="x")["template"]["settings"]["index"]["lifecycle"] == {"name": "x"}
    assert "lifecycle" not in settings_template(lifecycle=None)["template"]["settings"]["index"]
