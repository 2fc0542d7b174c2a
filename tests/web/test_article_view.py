"""An article as the template shows it."""

from __future__ import annotations

from datetime import timedelta

from pipeline.index.document import BlockField, CandidateField
from pipeline.index.parser import parse_query
from pipeline.index.query import Equals, Phrase
from pipeline.ledger import Decision
from pipeline.types import BlockKind, UrlKey
from pipeline.web.article_view import MAX_CELLS, MAX_NAMES, article_view, chip_rows, origins_of, parts_of
from tests.web.front_desk import NOW, document


def block(kind: str, text: str, level: int = 0) -> BlockField:
    return {"kind": kind, "text": text, "level": level}


def reading(field: str, value: str, *, chosen: bool = False) -> CandidateField:
    return {"field": field, "value": value, "source": "meta", "chosen": chosen}


def test_points_of_a_list_are_one_part() -> None:
    """Neighbouring points make a list; what stands between two lists keeps them apart."""
    kinds = [("enumeration", "a"), ("enumeration", "b"), ("paragraph", "p"), ("enumeration", "c")]
    parts = parts_of([block(kind, text) for kind, text in kinds])
    assert [(part.kind, part.text, part.lines) for part in parts] == [
        ("enumeration", "", ("a", "b")),
        ("paragraph", "p", ()),
        ("enumeration", "", ("c",)),
    ]


def test_headings_stay_below_the_title() -> None:
    """A page's own first-level heading, or one beyond the sixth, is brought into range."""
    assert [part.level for part in parts_of([block("heading", "h", level) for level in (0, 1, 3, 9)])] == [2, 2, 3, 6]


def test_rows_of_a_table_are_one_part() -> None:
    """Each block is a row; short rows are filled up, endless ones cut."""
    (table,) = parts_of([block("table", text) for text in ("Year | Ships", "2026 | 4 | more", "none")])
    assert table.rows == (("Year", "Ships", ""), ("2026", "4", "more"), ("none", "", ""))
    (wide,) = parts_of([block("table", " | ".join("x" * 5000))])
    assert len(wide.rows[0]) == MAX_CELLS


def test_every_kind_of_block_is_shown() -> None:
    """No kind is lost on the way."""
    assert {part.kind for part in parts_of([block(kind, "x") for kind in BlockKind])} == set(BlockKind)


def test_a_body_without_blocks_is_cut_into_paragraphs() -> None:
    """An older document that has only its text can be read all the same."""
    view = article_view(document(body="One.\n\nTwo.\n\n"), (), NOW)
    assert [part.text for part in view.parts] == ["One.", "Two."]


def test_names_lead_to_their_articles() -> None:
    """Names that are facets ask for the field, others for the phrase; each can be read, however it is spelt."""
    entities = [{"name": name, "label": "X", "count": count} for name, count in (("Ann", 3), ('The "Dome"', 1), ("ACME", 2))]
    rows = chip_rows(document(entities=entities, people=["Ann"], organisations=["ACME"], keywords=['the "ferry"'], tags=["sea"]))
    assert [(row.title, [(chip.text, chip.count) for chip in row.chips]) for row in rows] == [
        ("People", [("Ann", 3)]),
        ("Organisations", [("ACME", 2)]),
        ("Other names", [('The "Dome"', 1)]),
        ("Keywords", [('the "ferry"', 0)]),
        ("Tags of the publisher", [("sea", 0)]),
    ]
    queries = [parse_query(chip.query, now=NOW) for row in rows for chip in row.chips]
    assert queries[0] == Equals(field="people", value="Ann")
    assert queries[2] == Phrase(text='The "Dome"')
    assert queries[3] == Equals(field="keywords", value='the "ferry"')
    assert queries[4] == Equals(field="tags", value="sea")


def test_a_thousand_names_are_cut() -> None:
    """A hostile article cannot make a page without end."""
    (row,) = chip_rows(document(people=[f"P{number}" for number in range(1000)]))
    assert len(row.chips) == MAX_NAMES


def test_readings_are_grouped_by_field() -> None:
    """Fields in the order they first come, the chosen reading first."""
    origins = origins_of([reading("title", "a"), reading("author", "x"), reading("title", "b", chosen=True)])
    assert [(one.field, [candidate["value"] for candidate in one.candidates]) for one in origins] == [
        ("title", ["b", "a"]),
        ("author", ["x"]),
    ]


def test_decisions_are_told_with_their_times() -> None:
    """Each with stage, verdict and reason; None where the ledger could not be asked."""
    decision = Decision(at=NOW - timedelta(hours=2), stage="clean", url_key=UrlKey("k"), verdict="passed", reason="14 blocks kept")
    told = article_view(document(), [decision], NOW).decisions
    assert told is not None
    assert [(one.exact, one.ago, one.stage, one.verdict, one.reason) for one in told] == [
        ("14 July 2026, 10:00 UTC", "2 hours ago", "clean", "passed", "14 blocks kept")
    ]
    assert article_view(document(), None, NOW).decisions is None


def test_only_safe_originals_are_linked() -> None:
    """A link that would run something is text."""
    assert article_view(document(url="https://news.example/1"), (), NOW).original == "https://news.example/1"
    assert article_view(document(url="javascript:alert(1)"), (), NOW).original is None


def test_the_published_time_is_the_publishers() -> None:
    """The page shows what the publisher says, even where the order uses another time."""
    view = article_view(
        document(**{"@timestamp": "2026-07-14T08:00:00Z"}, published="2027-01-01T00:00:00Z", published_precision="day"), (), NOW
    )
    assert view.when is not None
    assert view.when.exact == "1 January 2027"
