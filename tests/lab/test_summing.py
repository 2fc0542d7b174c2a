"""Portions → a report that adds up."""

from __future__ import annotations

from dataclasses import replace

from pipeline.lab.notebook import Portion
from pipeline.lab.summing import MOST_EXAMPLES, report_of
from pipeline.trials import Difference, FieldChange, Looked, PageFate
from pipeline.types import EntryId
from tests.lab.test_notebook import PORTION, TRIAL


def looked(publisher: str, fate: PageFate, *changes: tuple[str, Difference], reason: str = "") -> Looked:
    fields = tuple(FieldChange(field=name, difference=how) for name, how in changes)
    return Looked(entry_id=EntryId("e"), publisher=publisher, fate=fate, reason=reason, changes=fields)


def test_pages_are_summed_by_publisher_and_field() -> None:
    """Most touched first; a page that was no article and is none tells no reason."""
    portions = [
        Portion(looked=(looked("A", PageFate.CHANGED, ("title", Difference.CHANGED)), looked("B", PageFate.CURRENT))),
        Portion(
            looked=(
                looked("B", PageFate.CHANGED, ("title", Difference.LONGER), ("body", Difference.LOST)),
                looked("B", PageFate.LOST, reason="no-text"),
                looked("A", PageFate.SAME, reason="listing"),
            )
        ),
    ]
    report = report_of(TRIAL, portions)
    assert [(one.publisher, one.pages, one.touched) for one in report.publishers] == [("B", 3, 2), ("A", 2, 1)]
    assert report.looked == sum(report.fates.values()) == 5
    assert report.fields == {"title": {Difference.CHANGED: 1, Difference.LONGER: 1}, "body": {Difference.LOST: 1}}
    assert report.reasons == {"lost: no-text": 1}
    assert report_of(TRIAL, []).looked == 0


def test_examples_are_few() -> None:
    """Of each field of each publisher, the first ones."""
    (example,) = PORTION.examples
    many = tuple(replace(example, title=str(number), publisher=publisher) for publisher in "ba" for number in range(9))
    report = report_of(TRIAL, [Portion(looked=(), examples=many)])
    assert [(one.publisher, one.title) for one in report.examples] == [(name, str(n)) for name in "ab" for n in range(MOST_EXAMPLES)]
