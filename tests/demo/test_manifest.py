"""manifest.py: lists of files and their URLs."""

import json
from datetime import UTC, datetime

import pytest

from pipeline.demo.manifest import canonical_of, find_manifest, read_manifest
from pipeline.errors import ConfigurationError
from tests.demo.samples import write

URL = "https://www.example.com/a"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("m.json", json.dumps({"a.html": {"url": URL, "title": "secret"}})),
        ("m.json", json.dumps({"a.html": URL})),
        ("m.json", json.dumps([{"file": "a.html", "url": URL}])),
        ("m.json", '{"name": "a.html", "url": "https://www.example.com/a"}\n{"name": "b.html", "url": "https://www.example.com/b"}\n'),
        ("m.jsonl", '\n{"path": "a.html", "url": "https://www.example.com/a"}\n'),
        ("m.csv", "file,url\na.html,https://www.example.com/a\n"),
        ("m.csv", "\ufeffURL,File,Published\nhttps://www.example.com/a,a.html,\n"),
    ],
)
def test_all_forms_are_read(tmp_path, name, text):
    """An object, a list, lines and CSV say the same."""
    noted = read_manifest(write(tmp_path, name, text))[0]
    assert (noted.name, noted.url, noted.published) == ("a.html", URL, None)


def test_times_are_read_as_utc(tmp_path):
    """`crawl` is the time of fetching; `published` may come with a list; without an offset they are UTC."""
    text = json.dumps({"a": {"url": URL, "crawl": "2024-05-03 18:19:08.721370", "published": "2024-05-03T10:00:00+02:00"}})
    (noted,) = read_manifest(write(tmp_path, "m.json", text))
    assert noted.fetched_at == datetime(2024, 5, 3, 18, 19, 8, 721370, tzinfo=UTC)
    assert noted.published == datetime(2024, 5, 3, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "text", "where"),
    [
        ("m.json", "{", r"m\.json: got"),
        ("m.json", "3", r"m\.json: got 'int'"),
        ("m.json", '{"a": {"url": "ftp://x/a"}}', r"m\.json: a: url: got 'ftp"),
        ("m.json", '{"a": {"address": "http://x/a"}}', r"m\.json: a: url: got None"),
        ("m.json", '[{"url": "http://x/a"}]', r"m\.json: entry 1: got"),
        ("m.json", '{"a": {"url": "http://x/a", "crawl": "soon"}}', r"m\.json: a: crawl: got 'soon'"),
        ("m.json", "[" * 100_000, r"m\.json: got"),
        ("m.jsonl", '{"file": "a", "url": "http://x/a"}\nnope\n', r"m\.jsonl: line 2: got 'nope'"),
        ("m.csv", "name,address\na,b\n", r"m\.csv: line 1: got 'name,address'"),
        ("m.csv", "", r"m\.csv: line 1: got ''"),
        ("m.csv", "file,url\na,http://x/a\nb,\n", r"m\.csv: line 3: url: got ''"),
        ("m.csv", "file,url,published\na,http://x/a,soon\n", r"m\.csv: line 2: published: got 'soon'"),
        ("m.csv", b"file,url\n\xff,http://x/a\n", r"m\.csv: got"),
    ],
)
def test_errors_name_file_and_line(tmp_path, name, text, where):
    """Whatever is wrong, the message leads there."""
    with pytest.raises(ConfigurationError, match=where):
        read_manifest(write(tmp_path, name, text))


def test_a_missing_list_is_named(tmp_path):
    """No traceback for a wrong path."""
    with pytest.raises(ConfigurationError, match="nowhere"):
        read_manifest(tmp_path / "nowhere.json")


def test_usual_names_are_found(tmp_path):
    """truth.json will do, a list made for the purpose goes before it."""
    assert find_manifest(tmp_path) is None
    truth = write(tmp_path, "truth.json", "{}")
    assert find_manifest(tmp_path) == truth
    assert find_manifest(write(tmp_path, "urls.csv", "file,url\n").parent).name == "urls.csv"


@pytest.mark.parametrize(
    ("page", "url"),
    [
        ('<link rel="canonical" href="https://www.example.com/a?x=1&amp;y=2">', "https://www.example.com/a?x=1&y=2"),
        ("<LINK href=https://www.example.com/a rel=canonical>", URL),
        ("<meta property='og:url' content='https://www.example.com/a'>", URL),
        ('<meta property="og:url" content="https://other.example/"><link rel="canonical" href="https://www.example.com/a">', URL),
        ('<link rel="canonical" href="/a">', None),
        ('<link rel="alternate" href="https://www.example.com/amp">', None),
        ("<p>no head at all", None),
    ],
)
def test_pages_name_their_own_url(page, url):
    """The canonical link goes before og:url; relative ones say nothing."""
    assert canonical_of(page) == url


def test_hostile_heads_are_read_in_bounded_time():
    """Megabytes of unfinished tags take no longer than they are long."""
    assert canonical_of("<link " * 500_000) is None
    assert canonical_of("<meta " + "a=" * 1_000_000 + ">") is None
    assert canonical_of(("<meta " + "a" * 3990 + ">") * 500) is None
