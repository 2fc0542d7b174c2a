"""pagemeta.py: what pages claim about themselves."""

import json

import pytest

from pipeline.demo.pagemeta import MIGRATED_AT, Address, json_ld, meta_tags
from tests.demo.samples import PUBLISHED, article

ADDRESS = Address(url="http://kbay6.localhost/a", site="http://kbay6.localhost/", picture="http://kbay6.localhost/p.svg")


def news(one):
    document = json.loads(json_ld(one, ADDRESS, words=7))
    return next((node for node in document.get("@graph", []) if node["@type"] == "NewsArticle"), document)


def test_right_json_ld_tells_the_truth():
    """Headline, date, authors and agency are those of the article."""
    told = news(article())
    assert (told["headline"], told["datePublished"]) == (article().title, "2026-11-18T02:42:00-05:00")
    assert [author["name"] for author in told["author"]] == ["Ada Brook", "Northern Wire"]


@pytest.mark.parametrize("publisher_id", ["northern-wire", "nordlicht"])
def test_some_templates_tell_it_as_a_graph(publisher_id):
    """The article may be one node of a graph beside the house and the breadcrumbs."""
    document = json.loads(json_ld(article(publisher_id), ADDRESS, words=7))
    assert [node["@type"] for node in document["@graph"]] == ["NewsMediaOrganization", "BreadcrumbList", "NewsArticle"]


@pytest.mark.parametrize(
    ("quirk", "field", "value"),
    [
        ("wrong_date", "datePublished", MIGRATED_AT.isoformat()[:10]),
        ("wrong_title", "headline", "Local | KBAY 6 News"),
        ("wrong_author", "author", "KBAY 6 News Web Team"),
    ],
)
def test_a_quirk_makes_one_field_wrong(quirk, field, value):
    """Exactly the field of the quirk differs from the right page."""
    right, wrong = news(article()), news(article(jsonld=quirk))
    assert {name for name in right if right[name] != wrong[name]} == {field}
    assert value in json.dumps(wrong[field])


def test_broken_and_missing_json_ld():
    """Broken is no JSON, none is nothing at all."""
    with pytest.raises(ValueError, match=r"control character|delimiter|property name"):
        json.loads(json_ld(article(jsonld="broken"), ADDRESS, words=7))
    assert json_ld(article(jsonld="none"), ADDRESS, words=7) is None


def test_json_ld_cannot_leave_its_script():
    """No character that could end the script element stands in it as such, broken or not."""
    for quirk in ("right", "broken"):
        assert not set(json_ld(article(title="</script><b>&", jsonld=quirk), ADDRESS, words=7)) & set("<>&")


def test_meta_tags_obey_their_quirk():
    """Right, wrong title, wrong date and none."""

    def told(quirk):
        return {name: content for _, name, content in meta_tags(article(meta=quirk), ADDRESS)}

    right = told("right")
    assert (right["og:title"], right["article:published_time"]) == (article().title, PUBLISHED.isoformat())
    assert told("wrong_title")["og:title"] == "Local | KBAY 6 News"
    assert told("wrong_title")["article:published_time"] == PUBLISHED.isoformat()
    assert told("wrong_date")["article:published_time"] == MIGRATED_AT.isoformat()
    assert told("wrong_date")["og:title"] == article().title
    assert set(told("none")) == {"robots", "generator"}
