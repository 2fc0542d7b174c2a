from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.index import open_index
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


@pytest.mark.parametrize("url", ["http://127.0.0.1:9200", "https://user:secret@search.example"])
def test_elasticsearch_is_named(url: str) -> None:
    """What is not there yet says what is missing, without the password."""
    with pytest.raises(ConfigurationError, match="Elasticsearch") as caught:
        open_index(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "embedded://", "embedded:///", "embedded://host/path", "ftp://x/y", "/srv/index", "sqlite:///x"])
def test_other_urls_are_refused(url: str) -> None:
    """Anything else is named with what is allowed."""
    with pytest.raises(ConfigurationError, match="allowed: embedded:///FOLDER"):
        open_index(url)
