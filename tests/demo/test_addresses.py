"""addresses.py: where things lie."""

import pytest

from pipeline.demo.addresses import gallery_size, page_path, picture_path, section_path, slug
from tests.demo.samples import article, publisher
from tests.newsroom import demo_content


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Élan vital", "elan-vital"),
        ("Общество", "obshchestvo"),
        ("Łódź i społeczeństwo", "lodz-i-spoleczenstwo"),
        ("Größe", "groesse"),
        ("Sports & Leisure", "sports-leisure"),
    ],
)
def test_slugs_are_readable_ascii(text, expected):
    """Letters of the newsroom's languages are spelled in ASCII."""
    assert slug(text) == expected


def test_a_text_without_letters_still_has_a_slug():
    """What cannot be spelled gets a digest, never an empty name."""
    assert slug("天気") != slug("政治") != ""


def test_the_day_in_an_address_is_the_local_one():
    """An article of 00:30 in Berlin lies under that day, although UTC is still a day behind."""
    late = article(published=article().published.replace(hour=23, minute=30), publisher=publisher(address="/{year}/{month}/{day}/{slug}"))
    berlin = article(published=late.published, publisher=publisher("nordlicht", address=late.publisher.address))
    assert (page_path(late), page_path(berlin)) == ("/2026/11/18/a-lighthouse-moves", "/2026/11/19/a-lighthouse-moves")


def test_addresses_of_the_newsroom_are_unique_ascii():
    """No two pages of a publisher share an address, and none needs escaping."""
    places = [(one.publisher.host, page_path(one)) for one in demo_content().articles]
    assert len(set(places)) == len(places)
    assert all(path.isascii() and " " not in path for _, path in places)


def test_pictures_and_sections_have_addresses():
    """Pictures are numbered, sections are slugs."""
    assert picture_path(article(), 2).endswith("-2.svg")
    assert section_path("Economía local") == "/section/economia-local/"


def test_the_gallery_claims_more_than_one_picture():
    """The counter claims at least two pictures, and as many as it is told."""
    assert all(gallery_size(one) >= 2 for one in demo_content().articles)
    assert gallery_size(article(gallery=8)) == 8
