"""`wireroom export` and `similar` over the ingested demo."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from tests.cli.conftest import DemoHome, Wireroom


def test_export_writes_every_hit(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """As many lines as the search counts, each a whole document."""
    total = wireroom("search", "ferry", "--json").json["total"]
    ran = wireroom("export", "ferry")
    documents = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 0
    assert len(documents) == total > 1
    assert all(each["body"] for each in documents)


def test_export_into_a_file(wireroom: Wireroom, demo_home: DemoHome, tmp_path: Path) -> None:
    """A table, whole or not at all."""
    path = tmp_path / "out.csv"
    ran = wireroom("export", "ferry", "--format", "csv", "--output", str(path))
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert ran.code == 0
    assert rows
    assert f"{len(rows)} articles written to" in ran.err
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_exported_is_named(wireroom: Wireroom, demo_home: DemoHome, tmp_path: Path) -> None:
    """The format, the file, the option; nothing found is 3."""
    assert wireroom("export", "ferry", "--format", "xml").code == 2
    ran = wireroom("export", "ferry", "--output", str(tmp_path / "no" / "out.jsonl"))
    assert (ran.code, "--output" in ran.err) == (2, True)
    assert wireroom("export", "ferry", "--fromat", "csv").code == 2
    assert wireroom("export", "xyzzyxyzzy").code == 3


def test_similar_articles(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """Others on the same matter, and never the article itself."""
    hit = wireroom("search", "ferry strike", "--json", "--size", "1").json["hits"][0]
    found = wireroom("similar", hit["article_id"], "--json").json
    assert found
    assert hit["article_id"] not in {each["article_id"] for each in found}
    assert found[0]["article_id"] in wireroom("similar", hit["article_id"], "--size", "1").out
    assert "by words; the article has no vector" in wireroom("similar", hit["article_id"]).err
    assert wireroom("similar", "0" * 32).code == 3


def test_a_slip_is_answered_with_what_was_meant(wireroom: Wireroom, demo_home: DemoHome) -> None:
    """On standard error, beside nothing found."""
    ran = wireroom("search", "ferrry")
    assert ran.code == 3
    assert "did you mean ferry?" in ran.err
