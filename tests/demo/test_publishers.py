"""publishers.py: newsroom.toml."""

import pytest

from pipeline.demo.publishers import FLAWS, TEMPLATES, load_publishers
from pipeline.errors import ConfigurationError
from tests.demo.samples import write
from tests.newsroom import demo_content

PUBLISHER = """
[[publisher]]
id = "gull"
name = "The Gull"
house = "newspaper"
slogan = "Loud"
language = "en"
country = "US"
timezone = "America/New_York"
template = "station"
address = "/{slug}.html"
colour = "#123456"
"""
FEED = '[[publisher.feed]]\nname = "rss"\npath = "/rss.xml"\nshape = "rss2"\ntitle = "Gull"\n'


def test_the_newsroom_has_all_that_is_to_be_shown():
    """Every template, every shape of feed and every flaw is used; one feed has moved and one is gone; six tongues."""
    publishers = demo_content().publishers
    feeds = [feed for one in publishers for feed in one.feeds]
    assert {one.template for one in publishers} == set(TEMPLATES)
    assert {feed.shape for feed in feeds} == {"rss2", "rdf", "atom", "jsonfeed", "sitemap"}
    assert {flaw for feed in feeds for flaw in feed.flaws} == set(FLAWS)
    assert [sum(1 for feed in feeds if feed.moved_from), sum(1 for feed in feeds if feed.gone)] == [1, 1]
    assert {one.language for one in publishers} == {"en", "es", "de", "fr", "pl", "ru"}
    assert sum(1 for one in publishers if one.group == "Lakeshore Media") == 2


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('timezone = "America/New_York"', 'timezone = "America/Atlantis"', "timezone"),
        ('template = "station"', 'template = "stadium"', "template"),
        ("/{slug}.html", "/{title}/{slug}.html", "address"),
        ("/{slug}.html", "/{year}/", "address"),
        ("#123456", "red", "colour"),
        ('name = "The Gull"', 'name = "The Gull"\nhost = "gull.example.com"', "host"),
        ('shape = "rss2"', 'shape = "rss3"', "shape"),
        ('path = "/rss.xml"', 'path = "rss.xml"', "path"),
        ('shape = "rss2"', 'shape = "rss2"\nflaws = ["rust"]', "flaws"),
        ('shape = "rss2"', 'shape = "rss2"\nmoved_from = "old.xml"', "moved_from"),
        ('shape = "rss2"', 'shape = "rss2"\nmore = 1', "more"),
    ],
)
def test_wrong_values_name_the_key(tmp_path, old, new, key):
    """A wrong value in newsroom.toml is refused with its key."""
    text = PUBLISHER + FEED
    assert old in text
    with pytest.raises(ConfigurationError, match=rf"newsroom\.toml: publisher\[0\]\.(feed\[0\]\.)?{key}: got"):
        load_publishers(write(tmp_path, "newsroom.toml", text.replace(old, new)))


def test_a_sound_file_is_read(tmp_path):
    """What is not said has its default: the host is made of the id."""
    (gull,) = load_publishers(write(tmp_path, "newsroom.toml", PUBLISHER + FEED))
    assert (gull.host, gull.charset, gull.crawl_delay, gull.feeds[0].limit) == ("gull.localhost", "utf-8", None, 50)
