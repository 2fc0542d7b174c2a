from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError, RetryableError
from pipeline.index import open_index
from pipeline.index.elastic import ElasticIndex
from pipeline.index.embedded import EmbeddedIndex


def test_the_scheme_chooses(tmp_path: Path) -> None:
    """embedded:// names a folder, which is not touched before it is used; escapes are undone."""
    folder = tmp_path / "an index"
    assert isinstance(open_index(f"embedded://{tmp_path}/an%20index"), EmbeddedIndex)
    assert not folder.exists()
    index = open_index(f"embedded://{tmp_path}/an%20index")
    index.prepare()
    index.close()
    assert folder.is_dir()


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "https://user:secret@127.0.0.1:1/?alias=other-room"])
def test_elasticsearch_is_asked_when_it_is_used(url: str) -> None:
    """Opening connects to nothing; a server that is away is a passing fault, and no message has the password."""
    index = open_index(url)
    assert isinstance(index, ElasticIndex)
    with pytest.raises(RetryableError, match=r"127\.0\.0\.1:1") as caught:
        index.count()
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("query", ["?alias=", "?alias=Wire", "?alias=a/b", "?shards=3", "?alias=a&x=1", "?alias=room1"])
def test_what_a_url_may_ask_is_named(query: str) -> None:
    """Only the alias, of small letters and hyphens."""
    with pytest.raises(ConfigurationError, match=r"WIREROOM_INDEX_URL.+alias=NAME"):
        open_index(f"http://127.0.0.1:1/{query}")


@pytest.mark.parametrize("url", ["", "embedded://", "embedded:///", "embedded://host/path", "ftp://x/y", "/srv/index", "sqlite:///x"])
def test_other_urls_are_refused(url: str) -> None:
    """Anything else is named with what is allowed."""
    with pytest.raises(ConfigurationError, match=r"^WIREROOM_INDEX_URL: got '.*'; allowed: embedded:///FOLDER"):
        open_index(url)
