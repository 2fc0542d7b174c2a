"""site.py: what lies where on which host."""

from datetime import timedelta

import pytest
from lxml import html
from protego import Protego

from pipeline.demo.addresses import page_path, section_path
from pipeline.demo.content import Revision
from pipeline.demo.newsroom import Newsroom
from pipeline.demo.site import Site, robots_txt
from tests.demo.samples import PUBLISHED, article, content, publisher
from tests.newsroom import demo_content, demo_renderer

HOST = "kbay6.localhost:8123"


def site_of(*articles, minutes=0):
    opened_at = PUBLISHED + timedelta(hours=1)
    return Site(Newsroom(content(*articles), clock=lambda: opened_at + timedelta(minutes=minutes), opened_at=opened_at), demo_renderer())


def test_a_page_lies_at_its_address():
    """200, the publisher's type, validators, links with the port the client came by."""
    answer = site_of(article()).answer(HOST, page_path(article()))
    assert (answer.status, answer.content_type) == (200, "text/html; charset=utf-8")
    assert answer.changed_at == PUBLISHED
    assert f"http://{HOST}{page_path(article())}" in answer.body.decode()


@pytest.mark.parametrize("path", ["/nothing", "/section/nothing/", "/rss.xm", "/images/x.png"])
def test_other_paths_are_missing(path):
    """404 with a page that says so, and no validators."""
    answer = site_of(article()).answer(HOST, path)
    assert (answer.status, answer.changed_at) == (404, None)
    assert "We can't find that page." in html.fromstring(answer.body).text_content()


def test_what_was_taken_down_is_gone():
    """410 instead of the page, and no line of it in feeds and lists."""
    one = article(revisions=(Revision(after_minutes=5, kind="taken_down"),))
    site = site_of(one, minutes=6)
    assert site.answer(HOST, page_path(one)).status == 410
    assert b"lighthouse" not in site.answer(HOST, "/rss.xml").body + site.answer(HOST, "/").body


def test_feeds_lie_at_their_paths():
    """200 with their type; 301 where one moved; 410 where one is gone."""
    site = Site(Newsroom(demo_content(), clock=lambda: PUBLISHED, opened_at=PUBLISHED), demo_renderer())
    for house in demo_content().publishers:
        for feed in house.feeds:
            answer = site.answer(f"{house.host}:8123", feed.path)
            assert answer.status == (410 if feed.gone else 200)
            if feed.moved_from:
                old = site.answer(f"{house.host}:8123", feed.moved_from)
                assert (old.status, old.headers["Location"]) == (301, f"http://{house.host}:8123{feed.path}")


def test_pages_are_in_their_charset():
    """Windows-1251 bytes are declared as such in header and page, and hold what that set has not as references."""
    one = article("mayak", title="Маяк «светит» – 63º")
    answer = site_of(one).answer("mayak.localhost", page_path(one))
    assert answer.content_type == "text/html; charset=windows-1251"
    assert '<meta charset="windows-1251">' in answer.body.decode("windows-1251")
    assert html.fromstring(answer.body).xpath("string(//h1)") == one.title


def test_links_on_the_site_lead_somewhere():
    """No link of a front page, a section or an article's page to the site itself is dead."""
    site = Site(Newsroom(demo_content(), clock=lambda: PUBLISHED + timedelta(days=9), opened_at=PUBLISHED), demo_renderer())
    for house in demo_content().publishers:
        host, seen, ahead = house.host, set(), {"/"}
        while ahead and len(seen) < 12:
            path = min(ahead)
            ahead.remove(path)
            seen.add(path)
            answer = site.answer(host, path)
            assert (host, path, answer.status) in ((host, path, 200), (host, path, 301))
            if "html" in answer.content_type:
                tree = html.fromstring(answer.body)
                ahead |= {link for link in tree.xpath("//a/@href | //link/@href | //img/@src") if link.startswith("/")} - seen


def test_a_page_is_the_same_every_time():
    """Same clock, same bytes: ETags stay."""
    one = article()
    assert site_of(one).answer(HOST, page_path(one)) == site_of(one).answer(HOST, page_path(one))
    assert site_of(one).answer(HOST, section_path("Local")).status == 200


def test_a_silent_edit_changes_the_validators():
    """The body's tag and the time of change move with any revision."""
    one = article(revisions=(Revision(after_minutes=5, kind="silent_edit", body="Edited."),))
    before, after = (site_of(one, minutes=minutes).answer(HOST, page_path(one)) for minutes in (4, 6))
    assert before.etag != after.etag
    assert before.changed_at < after.changed_at


def test_unknown_hosts_see_the_directory():
    """Under any other name there is the list of publishers and nothing else."""
    site = site_of()
    assert b"http://mayak.localhost:8123/" in site.answer("127.0.0.1:8123", "/").body
    assert b"http://mayak.localhost/" in site.answer("localhost", "/").body
    assert site.answer("localhost", "/rss.xml").status == 404
    assert site.answer("localhost", "/style.css").content_type.startswith("text/css")


def test_robots_say_what_newsroom_toml_says():
    """Delay, refusal of AI crawlers and sitemaps, as a robots parser reads them."""
    meridian = Protego.parse(robots_txt(publisher("the-meridian"), "http://m.localhost"))
    assert meridian.crawl_delay("wireroom") == 1
    assert not meridian.can_fetch("http://m.localhost/a.html", "GPTBot")
    assert meridian.can_fetch("http://m.localhost/a.html", "wireroom")
    assert not meridian.can_fetch("http://m.localhost/admin/x", "wireroom")
    assert list(meridian.sitemaps) == ["http://m.localhost/news-sitemap.xml"]
    assert Protego.parse(robots_txt(publisher(), "http://k.localhost")).crawl_delay("wireroom") is None
