"""pages.py: a folder of pages becomes its publishers."""

import gzip
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest

from pipeline.demo import pages as module
from pipeline.demo.pages import PageFile, feed_of, page_folder_app, page_folder_feeds, read_page, read_page_folder
from pipeline.errors import ConfigurationError
from tests.demo.samples import ask, write
from tests.newsroom import RunningApp

OWN = '<html><link rel="canonical" href="{}"><p>{}'
LISTED = {
    "first": {"url": "https://www.example.co.uk/a?id=1#top", "title": "secret title", "crawl": "2024-05-03 18:19:08"},
    "second": {"url": "https://www.example.co.uk/a?id=2"},
    "third": {"url": "http://sport.example.co.uk/%C3%BCber/x"},
    "fourth": {"url": "https://zeitung.example/4"},
}


@pytest.fixture
def folder(tmp_path):
    for name in LISTED:
        write(tmp_path, f"html/{name}.html.gz", gzip.compress(f"<p>{name}</p>".encode()))
    write(tmp_path, "truth.json", json.dumps(LISTED))
    return tmp_path


@pytest.fixture
def served(folder):
    running = RunningApp(page_folder_app(read_page_folder(folder)))
    yield running
    running.close()


def test_urls_come_from_a_list_that_is_found(folder):
    """Names match with or without endings and folders; fragments go; only the time of fetching comes along."""
    pages = read_page_folder(folder)
    assert [page.path.name for page in pages] == ["first.html.gz", "fourth.html.gz", "second.html.gz", "third.html.gz"]
    assert pages[0].url == "https://www.example.co.uk/a?id=1"
    assert pages[0].fetched_at == datetime(2024, 5, 3, 18, 19, 8, tzinfo=UTC)
    assert "secret" not in repr(pages)
    assert read_page_folder(folder / "html") == pages


def test_urls_come_from_the_pages_where_no_list_has_them(folder):
    """A page that is on no list has to name its URL; endings .htm and .html count, others do not."""
    write(folder, "deep/er/own.htm", OWN.format("https://own.example/p", "hello"))
    write(folder, "notes.txt", "not a page")
    assert {page.url for page in read_page_folder(folder)} >= {"https://own.example/p", "https://zeitung.example/4"}
    write(folder, "deep/nameless.html", "<p>who am I")
    with pytest.raises(ConfigurationError, match=r"nameless\.html: got None"):
        read_page_folder(folder)


def test_a_given_list_goes_first(folder):
    """CSV with published times, by path; a name without a page is an error of that line."""
    listing = write(folder, "mine.csv", "file,url,published\nhtml/first.html.gz,https://else.example/1,2024-01-02\n")
    write(folder, "html/second.html", OWN.format("https://own.example/2", ""))
    for name in ("second", "third", "fourth"):
        (folder / f"html/{name}.html.gz").unlink()
    pages = read_page_folder(folder, listing)
    assert [(page.url, page.published) for page in pages] == [
        ("https://else.example/1", datetime(2024, 1, 2, tzinfo=UTC)),
        ("https://own.example/2", None),
    ]
    with pytest.raises(ConfigurationError, match=r"mine\.csv: line 3: got 'gone\.html'"):
        read_page_folder(folder, write(folder, "mine.csv", "file,url\nfirst,https://else.example/1\ngone.html,https://else.example/2\n"))


def test_of_two_files_with_one_url_the_later_stays(tmp_path):
    """The other one is noted, not lost; without times the first stays."""
    for name in ("a-old", "b-new", "x", "y"):
        write(tmp_path, f"{name}.html", name)
    listing = {"a-old": ("a", "2023-01-01"), "b-new": ("a", "2024-01-01"), "x": ("b", None), "y": ("b#c", None)}
    write(
        tmp_path, "urls.json", json.dumps({name: {"url": f"http://a.example/{path}", "crawl": at} for name, (path, at) in listing.items()})
    )
    pages = read_page_folder(tmp_path)
    assert [(page.path.name, [other.name for other in page.also]) for page in pages] == [
        ("b-new.html", ["a-old.html"]),
        ("x.html", ["y.html"]),
    ]


@pytest.mark.parametrize("make", [lambda folder: None, lambda folder: folder.mkdir(), lambda folder: write(folder, "a.txt", "x")])
def test_a_folder_without_pages_is_told(tmp_path, make):
    """Missing, empty, or full of other things."""
    make(tmp_path / "pages")
    with pytest.raises(ConfigurationError, match=r"folder: got .*pages"):
        read_page_folder(tmp_path / "pages")


def test_pages_are_bounded(tmp_path, monkeypatch):
    """A gzip bomb, a large file, a cut-off and a false gzip file are refused by name."""
    monkeypatch.setattr(module, "PAGE_LIMIT", 1000)
    assert read_page(write(tmp_path, "fits.html.gz", gzip.compress(b" " * 1000))) == b" " * 1000
    for name, body in {
        "bomb.html.gz": gzip.compress(b" " * 1_000_000),
        "large.html": b" " * 1001,
        "cut.html.gz": gzip.compress(os.urandom(500))[:-20],
        "false.html.gz": b"<p>not gzip",
    }.items():
        with pytest.raises(ConfigurationError, match=name):
            read_page(write(tmp_path, name, body))


def test_one_feed_for_each_registered_domain(folder):
    """On the domain's most frequent host, with ids that differ and no language claimed."""
    feeds = page_folder_feeds(read_page_folder(folder))
    assert [(feed["id"], feed["url"]) for feed in feeds] == [
        ("pages-example-co-uk", "http://www.example.co.uk/wireroom-feed.xml"),
        ("pages-zeitung-example", "http://zeitung.example/wireroom-feed.xml"),
    ]
    assert all("language" not in feed and feed["kind"] == "rss" for feed in feeds)


def test_ids_of_feeds_differ_where_names_look_alike(tmp_path):
    """a-b.example and a.b.example would make one id."""
    for place, url in enumerate(("https://a-github.io/1", "https://a.github.io/1")):
        write(tmp_path, f"{place}.html", OWN.format(url, ""))
    assert [feed["id"] for feed in page_folder_feeds(read_page_folder(tmp_path))] == ["pages-a-github-io", "pages-a-github-io-2"]


def _plain(url):
    return url.replace("https://", "http://", 1)


def test_feeds_list_links_and_nothing_that_was_labelled(folder):
    """Title and guid of an entry are its link, over http; there is no date, no author, no text."""
    pages = [page for page in read_page_folder(folder) if page.domain == "example.co.uk"]
    parsed = feedparser.parse(feed_of("example.co.uk", pages))
    assert not parsed.bozo
    assert [(entry.title, entry.link, entry.id) for entry in parsed.entries] == [(_plain(page.url),) * 3 for page in pages]
    assert not any({"published", "updated", "author", "summary"} & set(entry) for entry in parsed.entries)


@pytest.mark.parametrize(
    ("host", "path", "status", "body"),
    [
        ("www.example.co.uk", "/a?id=1", 200, b"<p>first</p>"),
        ("WWW.example.co.uk", "/a?id=2", 200, b"<p>second</p>"),
        ("sport.example.co.uk", "/%C3%BCber/x", 200, b"<p>third</p>"),
        ("sport.example.co.uk", "/%c3%bcber/x", 200, b"<p>third</p>"),
        ("www.example.co.uk", "/a", 404, b"No such page in the folder.\n"),
        ("www.example.co.uk", "/a?id=3", 404, b"No such page in the folder.\n"),
        ("zeitung.example", "/a?id=1", 404, b"No such page in the folder.\n"),
        ("www.example.co.uk", "/robots.txt", 404, b"No such page in the folder.\n"),
        ("other.example", "/wireroom-feed.xml", 404, b"No such page in the folder.\n"),
    ],
)
def test_pages_are_served_under_host_path_and_query(served, host, path, status, body):
    """Each address has its page and only that; there are no robots.txt files."""
    reply = ask(served.port, host, path)
    assert (reply.status, reply.body) == (status, body)


def test_feeds_and_pages_are_served_with_validators(served):
    """A second poll gets 304; a page's charset is left to the page."""
    feed = ask(served.port, "www.example.co.uk", "/wireroom-feed.xml")
    assert len(feedparser.parse(feed.body).entries) == 3
    assert ask(served.port, "www.example.co.uk", "/wireroom-feed.xml", If_None_Match=feed.headers["etag"]).status == 304
    assert ask(served.port, "sport.example.co.uk", "/wireroom-feed.xml").body == feed.body
    assert ask(served.port, "zeitung.example", "/4").headers["content-type"] == "text/html"


def test_a_page_that_cannot_be_read_is_an_error_of_that_page(folder):
    """500 with the reason; the others go on."""
    pages = read_page_folder(folder)
    (folder / "html/first.html.gz").write_bytes(b"spoilt")
    running = RunningApp(page_folder_app(pages))
    spoilt = ask(running.port, "www.example.co.uk", "/a?id=1")
    assert (spoilt.status, b"first.html.gz" in spoilt.body) == (500, True)
    assert ask(running.port, "www.example.co.uk", "/a?id=2").status == 200
    running.close()


def test_a_large_collection_of_real_pages_is_served_whole():
    """Each page of the collection is found under its URL, and its domain's feed lists it."""
    shared = Path(os.environ.get("WIREROOM_SHARED", Path(__file__).parents[3] / "shared")) / "data" / "fundus-pages"
    if not shared.is_dir():
        pytest.skip("no collection of pages: set WIREROOM_SHARED to the folder with data/fundus-pages")
    pages = read_page_folder(shared)
    assert sum(1 + len(page.also) for page in pages) == 257
    running = RunningApp(page_folder_app(pages))
    listed = set()
    for feed in page_folder_feeds(pages):
        host, path = feed["url"].removeprefix("http://").split("/", 1)
        listed |= {entry.link for entry in feedparser.parse(ask(running.port, host, f"/{path}").body).entries}
    assert listed == {_plain(page.url) for page in pages}
    for page in pages[::16]:
        path = "/" + page.url.split("/", 3)[3]
        assert ask(running.port, page.host, path).body == read_page(page.path)
    running.close()


def test_each_file_is_an_entry_of_its_feed(tmp_path: Path) -> None:
    """Also where two files have one URL: the entries differ in their guids, and one of them will be a duplicate."""
    page = PageFile(path=tmp_path / "a.html", url="http://news.example.org/a?x=1&y=2", also=(tmp_path / "b.html",))
    feed = feedparser.parse(feed_of("example.org", [page]))
    assert [entry.link for entry in feed.entries] == [page.url, page.url]
    assert [entry.id for entry in feed.entries] == [page.url, page.url + "#b.html"]
