"""Days of publication as pages print them."""

from __future__ import annotations

from datetime import UTC, datetime

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clean.outline import outline
from pipeline.clean.phrases import PhraseBook
from pipeline.clean.printed_dates import printed_date, read_day
from pipeline.types import DatePrecision
from tests.clean.pages import NOON, STORY, article_of, page_of

BOOK = PhraseBook()
TEXT = "".join(f"<p>{text}</p>" for text in STORY) * 3


def printed(markup: str, language: str = "en") -> str | None:
    """The day of a page's markup."""
    blocks = outline(lxml.html.document_fromstring(f"<html><body>{markup}</body></html>"))
    found = printed_date(blocks, BOOK.of(language), language, NOON)
    assert found is None or (found.source, found.moment.precision) == ("visible", DatePrecision.DAY)
    return found.moment.at.date().isoformat() if found else None


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("18 November 2026", "en", "2026-11-18"),
        ("November 18, 2026", "en", "2026-11-18"),
        ("Nov. 18th, 2026, 7:42 a.m.", "en", "2026-11-18"),
        ("Wed, 18-Nov-2026", "en", "2026-11-18"),
        ("Sept 3 2026", "en", "2026-09-03"),
        ("2026-11-18", "en", "2026-11-18"),
        ("2026/3/4", "en", "2026-03-04"),
        ("18.11.2026, 07:42 Uhr", "de", "2026-11-18"),
        ("3. 4. 2026", "cs", "2026-04-03"),
        ("3/4/2026", "en", "2026-03-04"),
        ("3/4/2026", "en-GB", "2026-04-03"),
        ("18/11/2026", "en", "2026-11-18"),
        ("11/18/2026", "fr", "2026-11-18"),
        ("5 min read · May 2, 2026 · updated June 1, 2026", "en", "2026-05-02"),
        ("31.02.2026", "de", None),
        ("31.02.2026 or 1 March 2026", "de", "2026-03-01"),
        ("Marchetti 18, 2026", "en", None),
        ("1.2.3.2026", "en", None),
        ("call 18-11-20265", "en", None),
        ("0.0.2026", "en", None),
        ("In 2026", "en", None),
        ("", "en", None),
    ],
)
def test_read_day(text: str, language: str, day: str | None) -> None:
    """The first day of the line, in the order of the language where numbers alone do not tell; none that no calendar has."""
    found = read_day(text, language)
    assert (found.date().isoformat() if found else None) == day


@pytest.mark.parametrize(
    ("markup", "day"),
    [
        (f"<h1>Storm</h1><p>Jane Doe • Nov 17, 2026</p>{TEXT}", "2026-11-17"),
        (f"<p>Nov 17, 2026</p><h1>Storm</h1>{TEXT}", "2026-11-17"),
        (f"<h1>Storm</h1>{TEXT}<p>Published: 17 November 2026</p>", "2026-11-17"),
        (f"<h1>Storm</h1><p>Moved on 3 May 2026.</p>{TEXT}<p>Published 17 November 2026</p>", "2026-11-17"),
        (f"<h1>Storm</h1><p>Updated Nov 17, 2026</p><p>Nov 16, 2026</p>{TEXT}", "2026-11-16"),
        (f"<h1>Storm</h1><p>By Jane Doe Last updated on Nov 17, 2026</p>{TEXT}", None),
        (f"<h1>Storm</h1>{TEXT}<p>Nov 17, 2026</p>", None),
        (f"<h1>Storm</h1><nav><p>Nov 17, 2026</p></nav><div class='related'><p>Nov 16, 2026</p></div>{TEXT}", None),
        (f"<h1>Storm</h1><p>Nov 17, 2030</p><p>17.11.1980</p>{TEXT}", None),
        (f"<h1>Storm</h1><p>{'It was moved. ' * 12}Nov 17, 2026</p>{TEXT}", None),
        (f"<p>Nov 17, 2026</p>{TEXT}", None),
    ],
)
def test_where_it_is_printed(markup: str, day: str | None) -> None:
    """In a line that says so, else near the title; not of a change, of other stories, in sentences, or out of this world."""
    assert printed(markup) == day


def test_the_page_that_tells_it_to_no_machine() -> None:
    """Its printed day is the article's, and no search is needed for it."""
    body = f"<html lang='en'><body><article><h1>Storm</h1><p>Jane Doe, Nov 17, 2026</p><div>{TEXT}</div></article></body></html>"
    article = article_of(page_of(body, url="https://news.example.org/lighthouse"))
    assert article.published == datetime(2026, 11, 17, tzinfo=UTC)
    assert "searched-date" not in article.flags
    assert [(one.source, one.value) for one in article.candidates if one.field == "published"] == [("visible", "2026-11-17")]


@given(st.text(max_size=60) | st.lists(st.sampled_from([*"0123456789./- ", "May", "2026", "th", ","]), max_size=20).map("".join))
def test_any_line(text: str) -> None:
    """Any line holds a day or none."""
    day = read_day(text, "en")
    assert day is None or 1900 <= day.year < 2100
