"""The report of the lab as a page: alone in a file, and below the search page."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

from pipeline.lab.notebook import Portion
from pipeline.lab.summing import report_of
from pipeline.trials import PageFate, Side, TrialReport
from pipeline.web.app import create_app
from pipeline.web.lab_page import lab_page, lab_view
from tests.lab.test_notebook import PORTION, TRIAL
from tests.lab.test_summing import looked
from tests.web.front_desk import Browser, desk_of, links_in
from tests.web.test_pages import EVIL


def report(text: str = "The ferry sails.") -> TrialReport:
    (example,) = PORTION.examples
    (one,) = PORTION.looked
    shown = replace(
        example, publisher=text, title=text, url="https://a.example/1", sides=(Side(before=text, after=""), Side(before="", after="New."))
    )
    gone = replace(looked(text, PageFate.LOST, reason=text))
    return report_of(replace(TRIAL, pages=2), [Portion(looked=(replace(one, publisher=text), gone), examples=(shown,))])


class Tags(HTMLParser):
    """Which elements and attributes a page has."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(name for name, _ in attrs)}


def test_the_file_shows_what_was_found_and_loads_nothing() -> None:
    """Sides, counts and bars; the only addresses are those of the articles."""
    page = lab_page(report())
    assert '<del dir="auto">The ferry sails.</del>' in page
    assert '<ins dir="auto">New.</ins>' in page
    assert links_in(page) == ["https://a.example/1"]
    assert "@import" not in page
    assert "url(" not in page.partition("</style>")[0]
    assert lab_view(report()).touched == 2


def test_what_strangers_wrote_does_nothing() -> None:
    """In the file and below the search page: names, titles, reasons, both sides."""
    hostile = report(EVIL)
    browser = Browser(create_app(desk_of(read_trial=lambda: hostile)))
    for page in (lab_page(hostile), browser.get("/lab").text):
        tags = Tags()
        tags.feed(page)
        assert not tags.found & {"script", "img", "iframe", "onerror", "onclick", "style=", "base"}
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "49" not in page.partition("<main")[2].replace("{{7*7}}", "")


def test_the_search_page_has_it_where_there_is_a_trial() -> None:
    """The status page leads there; without a trial it is 404 and nothing leads there."""
    there, without = (Browser(create_app(desk_of(read_trial=lambda found=found: found))) for found in (report(), None))  # type: ignore[misc]
    assert there.get("/lab").status_code == 200
    assert "Side by side" in there.get("/lab").text
    assert "/lab" in links_in(there.get("/status").text)
    assert without.get("/lab").status_code == 404
    assert "/lab" not in links_in(without.get("/status").text)
    assert Browser(create_app(desk_of())).get("/lab").status_code == 404


def test_a_report_that_is_empty_says_so() -> None:
    """Before the first portion is done."""
    assert "None." in lab_page(report_of(TRIAL, []))
