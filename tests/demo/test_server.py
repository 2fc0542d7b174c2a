"""server.py: hosts, conditions, the log of requests, and a run that can be stopped and goes on."""

import gzip
import json
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.demo.addresses import page_path
from pipeline.demo.content import Revision
from pipeline.demo.server import first_opening, serve
from pipeline.errors import ConfigurationError
from tests.demo.samples import PUBLISHED, article, ask, content, write
from tests.newsroom import BackgroundLoop, demo_content, open_newsroom


def test_each_host_is_its_own_site(newsroom):
    """The Host header chooses the publisher; an unknown one sees the directory."""
    assert "<title>KBAY 6 News</title>" in ask(newsroom.port, "kbay6.localhost").text
    assert "<title>The Meridian</title>" in ask(newsroom.port, "The-Meridian.localhost").text
    with urllib.request.urlopen(newsroom.base) as reply:
        assert b"The demo newsroom" in reply.read()


@pytest.mark.parametrize(
    ("publisher_id", "path"), [("kbay6", "/rss.xml"), ("the-meridian", "/feed.json"), ("mayak", "/"), ("kvly9", "/robots.txt")]
)
def test_conditional_requests_get_304(newsroom, publisher_id, path):
    """Who sends back either validator gets an empty 304 that carries both again."""
    host = newsroom.host(publisher_id)
    first = ask(newsroom.port, host, path)
    for condition in ({"If_None_Match": first.headers["etag"]}, {"If_Modified_Since": first.headers["last-modified"]}):
        again = ask(newsroom.port, host, path, **condition)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])


def test_bytes_are_the_same_each_time_and_over_gzip(newsroom):
    """Two newsrooms send the same bytes; compression is asked for and changes nothing."""
    path = newsroom.newsroom.editions(newsroom.newsroom.publisher("kbay6"))[0].path
    plain = ask(newsroom.port, "kbay6.localhost", path)
    packed = ask(newsroom.port, "kbay6.localhost", path, Accept_Encoding="gzip")
    assert "content-encoding" not in plain.headers
    assert (packed.headers["content-encoding"], packed.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(packed.body) == plain.body == ask(newsroom.port, "kbay6.localhost", path).body


def test_head_has_the_headers_only(newsroom):
    """HEAD is answered as GET is, without the body."""
    reply = ask(newsroom.port, "kbay6.localhost", "/rss.xml", method="HEAD")
    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["etag"] == ask(newsroom.port, "kbay6.localhost", "/rss.xml").headers["etag"]


def test_time_passes_only_when_told(newsroom):
    """A silent edit comes at its minute and changes the page; the demo's take-down answers 410 after half an hour."""
    changing = {one.revisions[0].kind: one for one in demo_content().articles if one.revisions}
    urls = {kind: page_path(one) for kind, one in changing.items()}
    before = {kind: ask(newsroom.port, changing[kind].publisher.host, path) for kind, path in urls.items()}
    newsroom.advance(60)
    after = {kind: ask(newsroom.port, changing[kind].publisher.host, path) for kind, path in urls.items()}
    assert [reply.status for reply in before.values()] == [200, 200, 200]
    assert after["taken_down"].status == 410
    assert before["silent_edit"].headers["etag"] != after["silent_edit"].headers["etag"]
    assert "Correction" not in before["correction"].text
    assert "Correction" in after["correction"].text


def test_requests_are_noted(newsroom):
    """Host, path with query, headers and status of each request, in order, until cleared."""
    ask(newsroom.port, "kbay6.localhost", "/rss.xml?a=1", User_Agent="tester/1")
    ask(newsroom.port, "mayak.localhost", "/nothing")
    assert [(one.host, one.path, one.status) for one in newsroom.requests] == [
        ("kbay6.localhost", "/rss.xml?a=1", 200),
        ("mayak.localhost", "/nothing", 404),
    ]
    assert newsroom.requests[0].headers["User-Agent"] == "tester/1"
    assert newsroom.requests[0].at <= newsroom.requests[1].at
    newsroom.clear()
    assert newsroom.requests == ()


def test_an_article_made_by_a_test_is_served(newsroom):
    """A test can publish an article of its own, on a newsroom of its own too."""
    url = newsroom.add(article(published=newsroom.now))
    assert url.startswith(f"http://kbay6.localhost:{newsroom.port}/")
    assert "A lighthouse moves" in ask(newsroom.port, "kbay6.localhost", "/" + url.split("/", 3)[3]).text
    running = open_newsroom(content(article(revisions=(Revision(after_minutes=1, kind="taken_down"),))))
    assert running.now == PUBLISHED + timedelta(hours=1)
    running.close()


def test_a_taken_port_is_named(newsroom):
    """The message has the port and what to do."""
    loop = BackgroundLoop()
    with pytest.raises(ConfigurationError, match=rf"port on 127\.0\.0\.1: got {newsroom.port}; allowed: a free port"):
        loop.run(serve(newsroom.newsroom, port=newsroom.port))
    loop.close()


def test_the_first_opening_is_kept(tmp_path):
    """The first call notes the time, later ones return it, whatever the clock says."""
    file = tmp_path / "demo" / "opened.json"
    assert first_opening(file, PUBLISHED) == PUBLISHED
    assert first_opening(file, PUBLISHED + timedelta(days=1)) == PUBLISHED
    assert json.loads(file.read_text()) == {"opened_at": PUBLISHED.isoformat()}
    assert [path.name for path in file.parent.iterdir()] == ["opened.json"]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"opened_at": "soon"}', '{"opened_at": 3}'])
def test_a_spoilt_opening_is_told(tmp_path, text):
    """A file that cannot be read is named, with the remedy."""
    with pytest.raises(ConfigurationError, match=r"opened\.json: got .*may be deleted"):
        first_opening(write(tmp_path, "opened.json", text), datetime.now(UTC))
