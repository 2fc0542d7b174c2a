"""content.py: articles, what they say when, and their truth."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from pipeline.demo.body import BlockShape
from pipeline.demo.content import Caption, Revision, load_article, load_content, truth
from pipeline.demo.publishers import SEEDS
from pipeline.errors import ConfigurationError
from tests.demo.samples import ARTICLE_TOML, article, publisher, write
from tests.newsroom import demo_content


def loaded(folder, text=ARTICLE_TOML):
    return load_article(write(folder, "tower.toml", text), publisher())


def test_an_article_is_read_with_all_its_keys(tmp_path):
    """Every key arrives where it belongs; times are UTC; the credit's parentheses are noted and taken off."""
    one = loaded(tmp_path)
    assert (one.slug, one.title, one.published) == ("tower", "A lighthouse moves", datetime(2026, 11, 18, 6, 42, tzinfo=UTC))
    assert one.captions == (Caption(text="The tower on its rails.", credit="Jo Bell/Northern Wire", enclosed=True),)
    assert one.captions[0].printed_credit == "(Jo Bell/Northern Wire)"
    assert (one.jsonld, one.meta, one.wire, one.origin) == ("wrong_date", "right", "lighthouse", True)
    assert [revision.after_minutes for revision in one.revisions] == [10, 30]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('title = "A lighthouse moves"\n', "", "title"),
        ("+01:00", "", "published"),
        ("authors = [", "author = [", "author"),
        ("Second paragraph.", "- one\ntwo", "body"),
        ('jsonld = "wrong_date"', 'jsonld = "sometimes"', r"quirks\.jsonld"),
        ('jsonld = "wrong_date"', 'jsonld = "none"\nmeta = "wrong_title"', r"quirks\.meta"),
        ('kind = "taken_down"', 'kind = "burnt"', r"revisions\[0\]\.kind"),
        ('kind = "taken_down"', 'kind = "silent_edit"', r"revisions\[0\]\.body"),
        ('correction = "It moved already."', "", r"revisions\[1\]\.correction"),
        ("origin = true", 'origin = "yes"', r"story\.origin"),
        ('credit = "(Jo', 'kredit = "(Jo', r"captions\[0\]\.kredit"),
        ('dateline = "COBB POINT"\n', "", "dateline_agency"),
        ('summary = "A', 'modified = 2026-11-01T00:00:00Z\nsummary = "A', "modified"),
    ],
)
def test_a_wrong_article_is_refused_by_file_and_key(tmp_path, old, new, key):
    """Whoever writes an article is told the file and the key that is wrong."""
    assert old in ARTICLE_TOML
    with pytest.raises(ConfigurationError, match=rf"tower\.toml: {key}: got"):
        loaded(tmp_path, ARTICLE_TOML.replace(old, new, 1))


def test_articles_of_an_unknown_publisher_are_refused(tmp_path):
    """A folder that no publisher owns is a spelling mistake, not to be passed over."""
    write(tmp_path, "newsroom.toml", (SEEDS / "newsroom.toml").read_bytes())
    write(tmp_path, "articles/kbay7/tower.toml", ARTICLE_TOML)
    with pytest.raises(ConfigurationError, match="kbay7"):
        load_content(tmp_path)


def test_at_gives_what_was_valid_then():
    """Before, between and after its revisions an article says different things; what is not changed stays."""
    one = article(
        revisions=(
            Revision(after_minutes=10, kind="silent_edit", body="New body."),
            Revision(after_minutes=20, kind="correction", title="New title", correction="We erred."),
            Revision(after_minutes=25, kind="silent_edit", body="Newer body."),
            Revision(after_minutes=30, kind="taken_down"),
        )
    )
    assert one.at(9.9) == one
    edited, corrected, last = one.at(10), one.at(24), one.at(29)
    assert (edited.title, edited.body, edited.correction, edited.changed_after) == (one.title, "New body.", None, 10)
    assert (corrected.title, corrected.body, corrected.correction, corrected.changed_after) == ("New title", "New body.", "We erred.", 20)
    assert (last.title, last.body, last.correction, last.changed_after) == ("New title", "Newer body.", "We erred.", 25)
    assert one.at(30) is None
    assert one.at(99) is None


def test_truth_is_the_plain_text():
    """Truth has the blocks without markers, list points one by one, and the fields beside them."""
    told = truth(article())
    assert told.paragraphs[2:7] == (
        "How it was done",
        "“Slowly,” said the engineer.",
        "Nobody believed us.",
        "Rails were laid",
        "The tower was lifted",
    )
    assert (told.dateline, told.agency, told.language, len(told.captions)) == ("COBB POINT", "Northern Wire", "en", 2)
    assert told.contributors == "Jo Bell contributed to this report."


def test_truth_has_plain_spaces_only():
    """No-break spaces, which pages keep, are plain in the truth."""
    one = article(title="Prix\u00a0: 3\u202f€", body="«\u00a0Oui\u00a0»", captions=(Caption(text="Quai", credit="Photo\u00a0: A"),))
    told = truth(one)
    assert (told.title, told.paragraphs, told.captions[0].credit) == ("Prix : 3 €", ("« Oui »",), "Photo : A")
    assert one.blocks[0].text == "«\u00a0Oui\u00a0»"


def test_all_articles_parse_and_are_many():
    """Sixty articles or more in four languages or more, no address twice, no empty body; wrong and right claims both occur."""
    articles = demo_content().articles
    assert len(articles) >= 60
    assert len({one.publisher.language for one in articles}) >= 4
    assert {one.publisher for one in articles} == set(demo_content().publishers)
    assert all(len(truth(one).paragraphs) >= 2 and one.blocks[0].shape is BlockShape.PARAGRAPH for one in articles)
    assert Counter(one.jsonld for one in articles).keys() == {"right", "wrong_date", "wrong_title", "wrong_author", "broken", "none"}
    assert Counter(one.meta for one in articles).keys() == {"right", "wrong_title", "wrong_date", "none"}


def test_a_wire_story_runs_on_three_sites_and_three_articles_change():
    """One story has an origin and three copies elsewhere; one correction, one silent edit, one article taken down."""
    articles = demo_content().articles
    stories = Counter(one.wire for one in articles if one.wire)
    (wire, places), *_ = stories.most_common()
    assert places >= 3
    assert len({one.publisher.publisher_id for one in articles if one.wire == wire}) == places
    assert sum(one.origin for one in articles if one.wire == wire) == 1
    assert {revision.kind for one in articles for revision in one.revisions} == {"correction", "silent_edit", "taken_down"}
