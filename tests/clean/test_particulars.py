"""Section, tags, image, language, summary, agency: what each place says, in the order of belief."""

from __future__ import annotations

import json

import lxml.html
import pytest

from pipeline.clean.metadata import PageFacts, read_facts
from pipeline.clean.particulars import (
    MAX_TAG,
    MAX_TAGS,
    agency_readings,
    image_readings,
    language_readings,
    section_readings,
    summary_readings,
    tag_readings,
)
from pipeline.clean.phrases import PhraseBook
from tests.clean.pages import URL, entry_of, page_of

ENGLISH = PhraseBook().of("en")


def facts_of(head: str = "", **node: object) -> PageFacts:
    """What a page with this head, and JSON-LD of these fields, says."""
    told = f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "headline": "x", **node})}</script>' if node else ""
    root = lxml.html.document_fromstring(f"<html><head>{head}{told}</head><body></body></html>")
    return read_facts(root, page_of("", url=URL), entry_of())


def meta(name: str, content: str) -> str:
    """A meta tag."""
    return f'<meta property="{name}" content="{content}">'


def test_sections() -> None:
    """JSON-LD before the tags, a list's first, cut to a length."""
    facts = facts_of(meta("article:section", "Coast") + meta("section", "News"), articleSection=["Weather", "Local"])
    assert section_readings(facts) == [("json-ld", "Weather"), ("meta", "Coast"), ("meta", "News")]
    assert section_readings(facts_of()) == []
    assert section_readings(facts_of(meta("section", "x" * 500))) == [("meta", "x" * MAX_TAG)]


@pytest.mark.parametrize(
    ("keywords", "tags"),
    [
        ("storm, coast;Harbor City", ("storm", "coast", "Harbor City")),
        (["storm", "coast, sea", "storm"], ("storm", "coast", "sea")),
        (["topic:storm", "x", "", "sea"], ("sea",)),
        (["y" * (MAX_TAG + 1), "sea"], ("sea",)),
        ([{"name": "sea"}, 5, None], ("sea",)),
    ],
)
def test_tags(keywords: object, tags: tuple[str, ...]) -> None:
    """Split where publishers join them, each once; machine names, single letters and sentences are none."""
    assert tag_readings(facts_of(keywords=keywords), entry_of()) == [("json-ld", tags)]


def test_tags_of_every_place() -> None:
    """Each place that names any; at most MAX_TAGS of it."""
    head = meta("article:tag", "storm") + meta("article:tag", "sea") + meta("news_keywords", "coast") + meta("keywords", "no")
    assert tag_readings(facts_of(head), entry_of(tags=("tide",))) == [
        ("meta", ("storm", "sea")),
        ("meta", ("coast",)),
        ("feed", ("tide",)),
    ]
    ((_, many),) = tag_readings(facts_of(keywords=[f"tag {number}" for number in range(10_000)]), entry_of())
    assert len(many) == MAX_TAGS


@pytest.mark.parametrize(
    ("image", "url"),
    [
        ("/a.jpg", "https://news.example.org/a.jpg"),
        (["https://cdn.example/a.jpg", "https://cdn.example/b.jpg"], "https://cdn.example/a.jpg"),
        ({"@type": "ImageObject", "url": "//cdn.example/a.jpg"}, "https://cdn.example/a.jpg"),
        ([{"contentUrl": "https://cdn.example/a.jpg"}], "https://cdn.example/a.jpg"),
        ("data:image/png;base64,AAAA", None),
        ("javascript:alert(1)", None),
        ([], None),
        ({"width": 5}, None),
    ],
)
def test_images(image: object, url: str | None) -> None:
    """An address that can be fetched, absolute, however JSON-LD words it."""
    assert image_readings(facts_of(image=image), URL) == ([("json-ld", url)] if url else [])


def test_images_of_every_place() -> None:
    """JSON-LD, then the tags."""
    head = meta("og:image", "/b.jpg") + meta("twitter:image", "/c.jpg")
    assert [url.rpartition("/")[2] for _, url in image_readings(facts_of(head, image="/a.jpg"), URL)] == ["a.jpg", "b.jpg", "c.jpg"]


def test_languages() -> None:
    """What JSON-LD, tags and feed declare, in one form; what is no language is left out."""
    facts = facts_of(meta("og:locale", "fr_FR"), inLanguage="DE-at")
    assert language_readings(facts, entry_of(language="es")) == [("json-ld", "de-AT"), ("meta", "fr-FR"), ("feed", "es")]
    assert language_readings(facts_of(meta("language", "!")), entry_of()) == []


def test_summaries() -> None:
    """The standfirst as printed comes first."""
    facts = facts_of(meta("og:description", "Told to others"), description="Told to machines")
    assert summary_readings(facts, entry_of(summary="Told to readers"), "As printed") == [
        ("visible", "As printed"),
        ("meta", "Told to others"),
        ("json-ld", "Told to machines"),
        ("feed", "Told to readers"),
    ]


def organisation(name: str) -> dict[str, str]:
    """An author that is an organisation."""
    return {"@type": "Organization", "name": name}


@pytest.mark.parametrize(
    ("code", "signed", "houses", "credits", "author", "expected"),
    [
        ("", [], [], [], None, []),
        ("AP", [], [], [], None, [("visible", "AP")]),
        ("NW", [], [], ["Jo Bell/Northern Wire"], None, [("visible", "Northern Wire")]),
        ("kd", [], ["Küstendienst"], [], None, [("visible", "Küstendienst")]),
        ("NW", [], [], [], organisation("Northern Wire"), [("visible", "Northern Wire"), ("json-ld", "Northern Wire")]),
        ("XYZ", [], ["Northern Wire"], ["Jo Bell/Harbor News"], None, [("visible", "XYZ")]),
        ("", [("byline", ("By Jane Doe, Reuters",))], [], [], None, [("byline", "Reuters")]),
        ("", [("meta", ("dpa",)), ("byline", ("By AFP",))], [], [], None, [("meta", "dpa"), ("byline", "AFP")]),
        ("", [], [], [], organisation("Associated Press"), [("json-ld", "AP"), ("json-ld", "Associated Press")]),
        ("", [], [], [], organisation("news.example.org"), []),
        ("", [], ["Newsroom"], ["Jo Bell/Northern Wire"], None, []),
    ],
)
def test_agencies(
    code: str,
    signed: list[tuple[str, tuple[str, ...]]],
    houses: list[str],
    credits: list[str],
    author: object,
    expected: list[tuple[str, str]],
) -> None:
    """By the dateline, under its full name where somebody on the page bears it; then who signs; never the house itself."""
    facts = facts_of(author=author) if author else facts_of()
    assert agency_readings(facts, signed, houses, code, credits, ENGLISH) == expected
