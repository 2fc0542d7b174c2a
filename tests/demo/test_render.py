"""render.py and the templates: pages as a reader and a parser see them."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import html

from pipeline.demo.addresses import page_path
from pipeline.demo.content import Caption, truth
from pipeline.demo.newsroom import Edition
from pipeline.demo.publishers import TEMPLATES
from pipeline.demo.render import local_time
from tests.demo.samples import PUBLISHED, article, publisher
from tests.newsroom import demo_content, demo_renderer

PUBLISHER_OF = {"station": "kbay6", "agency": "northern-wire", "broadsheet": "the-meridian", "continental": "nordlicht"}
BOILERPLATE = (
    "skip", "weather_icon", "weather", "sign_in", "videos", "loading", "newsletter", "newsletter_text", "newsletter_button",
    "related", "tags", "comments", "comment_box", "reply", "consent", "accept", "settings", "copyright",
)  # fmt: skip
LONG_BODY = "\n\n".join(f"Paragraph {place}." for place in range(1, 13))


def page(one, others=()):
    return demo_renderer().page(one, site=f"http://{one.publisher.host}", path=page_path(one), others=others)


def others_of(one):
    several = [article(one.publisher.publisher_id, slug=f"other-{place}", title=f"Other {place}") for place in range(6)]
    return tuple(Edition(path=page_path(other), article=other, changed_at=PUBLISHED) for other in several)


def visible(text):
    """The page's text as a reader sees it, lines stripped, scripts and title left out."""
    tree = html.fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))  # not sent yet: no charset to obey
    for hidden in tree.xpath("//script | //style | //title | //noscript"):
        hidden.drop_tree()
    return [" ".join(line.split()) for line in tree.text_content().splitlines() if line.strip()]


def test_every_article_shows_its_truth_in_order():
    """On each page of the newsroom stand title, captions, credits, and all paragraphs one after the other."""
    for one in demo_content().articles:
        told, text = truth(one), " ".join(visible(page(one)))
        place = text.index(told.title)
        for paragraph in told.paragraphs:
            place = text.index(" ".join(paragraph.split()), place) + 1
        for caption in told.captions:
            assert caption.text in text
            assert caption.credit in text
        assert told.contributors is None or told.contributors in text
        assert all(name in text for name in told.authors)


def test_every_template_surrounds_the_story_as_real_pages_do():
    """Each template holds each piece of boilerplate, in the publisher's tongue."""
    for template in TEMPLATES:
        one = article(PUBLISHER_OF[template], body=LONG_BODY)
        assert one.publisher.template == template
        text, words = " ".join(visible(page(one, others_of(one)))), demo_renderer()._words[one.publisher.language]
        missing = [name for name in BOILERPLATE if words[name] not in text]
        assert (template, missing) == (template, [])
        assert text.count(words["videos"]) >= 2
        assert all(network in text for network in words["networks"])
        assert all(line in text for line in words["footer"])
        assert re.search(r"\b1 / \d+ ", text)
        assert "___" in text
        assert "Other 1" in text


def test_boilerplate_stands_between_the_paragraphs():
    """Video shelf and newsletter promo interrupt the story in mid-body in each template."""
    for template in TEMPLATES:
        one = article(PUBLISHER_OF[template], body=LONG_BODY)
        text, words = " ".join(visible(page(one, others_of(one)))), demo_renderer()._words[one.publisher.language]
        body = text[text.index("Paragraph 1.") : text.index("Paragraph 12.")]
        assert words["videos"] in body
        assert words["newsletter_text"] in body


def test_markup_in_an_article_stays_text():
    """A script in any field is shown as text: the page has the same scripts as that of a harmless article."""
    evil = "<script>alert(1)</script>"
    for publisher_id in PUBLISHER_OF.values():
        changes = dict.fromkeys(("title", "summary", "dateline", "contributors", "agency", "section", "body"), evil)
        one = article(publisher_id, **changes, authors=(evil,), tags=(evil,), captions=(Caption(text=evil, credit=evil),), correction=evil)
        spoilt, harmless = html.fromstring(page(one)), html.fromstring(page(article(publisher_id)))
        assert evil in spoilt.xpath("string(//h1)")
        assert len(spoilt.xpath("//script")) == len(harmless.xpath("//script"))
        assert evil not in page(one)


def test_the_dateline_opens_the_first_paragraph_only():
    """Place, agency in parentheses and a dash stand before the first words."""
    one = article(dateline="HARBOR CITY", dateline_agency="NW", body="First.\n\nSecond.")
    lines = visible(page(one))
    assert "HARBOR CITY (NW) – First." in lines
    assert "Second." in lines


def test_the_page_names_its_address_where_the_publisher_does():
    """rel=canonical is there on most sites and missing on some."""
    found = {one.publisher_id: "canonical" in page(article(one.publisher_id)) for one in demo_content().publishers}
    assert {name for name, there in found.items() if not there} == {"kvly9", "kurier-portowy"}


def test_a_page_does_not_recommend_itself():
    """Related stories are others'."""
    one = article(title="Only here")
    mine = Edition(path=page_path(one), article=one, changed_at=PUBLISHED)
    links = html.fromstring(page(one, (mine, *others_of(one)))).xpath("//a[contains(., 'Only here')]")
    assert links == []


def test_a_correction_is_shown():
    """The notice stands on the page of each template."""
    for publisher_id in PUBLISHER_OF.values():
        assert "We erred about the crane." in " ".join(visible(page(article(publisher_id, correction="We erred about the crane."))))


@pytest.mark.parametrize(
    ("publisher_id", "expected"),
    [
        ("kbay6", "November 18, 2026 at 2:42 AM"),
        ("nordlicht", "18. November 2026, 08:42 Uhr"),
        ("le-littoral", "18 novembre 2026 à 08h42"),
        ("mayak", "18 ноября 2026, 09:42"),
    ],
)
def test_times_are_local(publisher_id, expected):
    """Readers see their own zone and language."""
    house = publisher(publisher_id)
    assert local_time(PUBLISHED, house, demo_renderer()._words[house.language]) == expected


def test_noon_and_midnight_have_twelve_hours():
    """12 AM is midnight and 12 PM is noon."""
    house, words = publisher("kbay6"), demo_renderer()._words["en"]
    assert local_time(datetime(2026, 11, 18, 5, 0, tzinfo=UTC), house, words).endswith("12:00 AM")
    assert local_time(datetime(2026, 11, 18, 17, 0, tzinfo=UTC), house, words).endswith("12:00 PM")


def test_listings_and_notices_name_what_there_is():
    """Front pages list titles, sections their name, notices what is missing, the directory every publisher."""
    one = article()
    front = demo_renderer().listing(one.publisher, others_of(one), others=others_of(one))
    assert all(f"Other {place}" in " ".join(visible(front)) for place in range(6))
    assert "Local" in visible(demo_renderer().listing(one.publisher, (), others=(), title="Local"))
    assert "This story is no longer available." in visible(demo_renderer().notice(one.publisher, "gone", others=()))
    directory = demo_renderer().directory(demo_content().publishers, port=":8123")
    assert directory.count(".localhost:8123/") >= 2 * len(demo_content().publishers)


def test_the_station_has_the_shape_of_a_copied_page():
    """A page text that a person copied from such a station, set into the template, comes out with its lines in order."""
    shared = Path(os.environ.get("WIREROOM_SHARED", Path(__file__).parents[3] / "shared"))
    if not (shared / "seed" / "article.txt").is_file():
        pytest.skip("no copied page text: set WIREROOM_SHARED to the folder with seed/article.txt")
    lines = [line.strip() for line in (shared / "seed" / "article.txt").read_text(encoding="utf-8").splitlines() if line.strip()]
    counter, end = lines.index("1 / 8"), lines.index("___")
    caption, _, credit = lines[counter + 1].rpartition(" (")
    dateline, _, lead = lines[counter + 2].partition(" – ")
    body = [lead, *(line for line in lines[counter + 3 : end] if line != "Recommended Videos")]
    one = article(
        title=lines[counter - 1],
        gallery=8,
        captions=(Caption(text=caption, credit=credit.rstrip(")")),),
        dateline=dateline,
        body="\n\n".join(body),
        contributors=lines[end + 1],
    )
    shown = iter(visible(page(one)))
    assert [line for line in lines if line not in shown] == []
