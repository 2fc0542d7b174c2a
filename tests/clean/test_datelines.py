"""Datelines at the head of a story, and heads that only look like one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.datelines import Dateline, agency_name, read_dateline
from pipeline.clean.phrases import PhraseBook

PHRASES = PhraseBook().of("en")
TEXT = "The harbour was closed on Monday."


@pytest.mark.parametrize(
    ("head", "place", "code"),
    [
        ("REYKJAVIK – ", "REYKJAVIK", ""),
        ("REYKJAVIK — ", "REYKJAVIK", ""),
        ("REYKJAVIK—", "REYKJAVIK", ""),
        ("REYKJAVIK -- ", "REYKJAVIK", ""),
        ("REYKJAVIK - ", "REYKJAVIK", ""),
        ("SAINT-DENIS – ", "SAINT-DENIS", ""),
        ("RIO DE JANEIRO – ", "RIO DE JANEIRO", ""),
        ("FRANKFURT AM MAIN – ", "FRANKFURT AM MAIN", ""),
        ("LISBON, Portugal – ", "LISBON, Portugal", ""),
        ("ΑΘΗΝΑ – ", "ΑΘΗΝΑ", ""),
        ("МОСКВА, 18 ноября – ", "МОСКВА", ""),
        ("LISBON, Portugal (AP) — ", "LISBON, Portugal", "AP"),
        ("Lisbon (AP) — ", "Lisbon", "AP"),
        ("BERLIN (dpa) - ", "BERLIN", "dpa"),
        ("Berlin (dpa/lnw) - ", "Berlin", "dpa/lnw"),
        ("BERLIN/MÜNCHEN (AFP) – ", "BERLIN/MÜNCHEN", "AFP"),
        ("NEW YORK, Nov 18 (Reuters) - ", "NEW YORK", "Reuters"),
        ("NEW YORK, Nov. 18 2026 (Reuters) - ", "NEW YORK", "Reuters"),
        ("MOSCOW, 18 November (TASS) — ", "MOSCOW", "TASS"),
        ("ROMA [ANSA] - ", "ROMA", "ANSA"),
        ("THE HAGUE (XYZ): ", "THE HAGUE", "XYZ"),
        ("東京(共同) — ", "東京", "共同"),
    ],
)
def test_datelines(head: str, place: str, code: str) -> None:
    """The place as printed without its date, the code of the agency, and the text that follows."""
    assert read_dateline(head + TEXT, PHRASES) == Dateline(place, code, TEXT)


@pytest.mark.parametrize("text", ["“We closed,” she said on Monday.", '"We closed," she said.', "12 boats were lost on Monday."])
def test_what_may_follow(text: str) -> None:
    """After a place that only shouts, a sentence begins: with a capital, a quotation or a figure."""
    assert read_dateline("LISBON – " + text, PHRASES) == Dateline("LISBON", "", text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT,
        "Paris – The city of light is a place.",
        "PARIS – the city of light, is a place.",
        "Paris The – City is a place of light.",
        "UPDATE: More people have come to the city.",
        "UK – The country has said so again today.",
        "U.S. – The country has said so again today.",
        "(Reuters) - Stocks rose on Monday and so on.",
        "LONDON (AP) —",
        "LONDON (AP) — Short.",
        "LONDON – Short.",
        "lisbon (AP) — The harbour was closed on Monday.",
        "John Doe (see page 12 below) - The man said that he would do it.",
        "ONE TWO THREE FOUR FIVE SIX SEVEN – The shouting went on all day.",
        "A" * 70 + " – The shouting went on all day long.",
        "18 November – The harbour was closed on Monday.",
        "– The harbour was closed on Monday for good.",
    ],
)
def test_no_datelines(text: str) -> None:
    """Sentences with a dash, headlines with a colon, shouts too long or too short, and heads with nothing after them."""
    assert read_dateline(text, PHRASES) is None


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", ["A", "A ", "(", "LONDON (", "A, ", "LONDON 12 Nov ", "É", "LONDON – ", "— ", "a/b", "LONDON (AP ", "Lo (A/", "AB-"]
)
def test_endless(piece: str) -> None:
    """A paragraph of a hundred thousand signs is read like any."""
    read_dateline(piece * (100_000 // len(piece)), PHRASES)
    read_dateline("LONDON " + piece * (100_000 // len(piece)), PHRASES)


@pytest.mark.parametrize(
    ("code", "organisations", "name"),
    [
        ("", (), None),
        ("AP", (), "AP"),
        ("Associated Press", (), "AP"),
        ("DPA", (), "dpa"),
        ("AFP/Reuters", (), "AFP"),
        ("lnw/dpa", (), "dpa"),
        ("KNP", ("Harbor News", "Kleine Neue Presse"), "Kleine Neue Presse"),
        ("knp", ("Kleine Neue Presse",), "Kleine Neue Presse"),
        ("HNW", ("Harbornews Weekly",), "HNW"),
        ("hbn", ("Harborn",), "Harborn"),
        ("nrh", ("Harborn",), "nrh"),
        ("XYZ", (), "XYZ"),
        ("XYZ", ("", "…", "Other"), "XYZ"),
        ("/", ("x",), "/"),
    ],
)
def test_agency_name(code: str, organisations: tuple[str, ...], name: str | None) -> None:
    """An agency of the list, else who on the page is called so in short, else the code itself."""
    assert agency_name(code, PHRASES, organisations) == name


PIECES = [
    "LONDON",
    "Paris",
    " ",
    ", ",
    "(",
    ")",
    "AP",
    "dpa",
    " – ",
    "— ",
    " - ",
    ":",
    "The harbour",
    "/",
    "Nov 18",
    "\0",
    "\ud800",
    "“",
    "12",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=80))
def test_any_paragraph(text: str) -> None:
    """A dateline leaves a paragraph behind, and nothing is lost from its end."""
    found = read_dateline(text, PHRASES)
    if found is not None:
        assert text.startswith(found.place)
        assert found.code in text
        assert text.endswith(found.rest)
        assert len(found.rest) > 10


@given(st.text(max_size=12), st.lists(st.text(max_size=20), max_size=3))
def test_any_code(code: str, organisations: list[str]) -> None:
    """A code has a name unless there is none."""
    assert bool(agency_name(code, PHRASES, tuple(organisations))) is bool(code)
