"""What a trial found, as values that add up."""

from __future__ import annotations

from pipeline.trials import Difference, PageFate, PublisherSum, TrialReport
from tests.lab.test_notebook import TRIAL

A = PublisherSum(
    publisher="A",
    fates={PageFate.SAME: 2, PageFate.CURRENT: 1, PageFate.CHANGED: 4, PageFate.LOST: 1},
    fields={"title": {Difference.CHANGED: 3, Difference.LONGER: 1}, "body": {Difference.SHORTER: 1}},
)
B = PublisherSum(publisher="B", fates={PageFate.CHANGED: 2}, fields={"body": {Difference.SHORTER: 4}, "authors": {Difference.LOST: 1}})


def report(*publishers: PublisherSum) -> TrialReport:
    return TrialReport(trial=TRIAL, publishers=publishers, examples=(), reasons={})


def test_a_page_that_comes_out_as_it_was_is_not_touched() -> None:
    """Nor is one that was not run; one that is lost is."""
    assert (A.pages, A.touched) == (8, 5)
    assert PublisherSum(publisher="C", fates={PageFate.CURRENT: 3}).touched == 0


def test_the_report_adds_up() -> None:
    """Pages and their fates over all publishers; of fates that no page met there is none."""
    told = report(A, B)
    assert told.looked == 10
    assert told.fates == {PageFate.CURRENT: 1, PageFate.SAME: 2, PageFate.CHANGED: 6, PageFate.LOST: 1}
    assert report().fates == {}
    assert report().looked == 0


def test_fields_are_told_the_most_often_changed_first() -> None:
    """Summed over publishers; those changed as often by name."""
    assert list(report(A, B).fields.items()) == [
        ("body", {Difference.SHORTER: 5}),
        ("title", {Difference.CHANGED: 3, Difference.LONGER: 1}),
        ("authors", {Difference.LOST: 1}),
    ]
    assert A.fields["title"] == {Difference.CHANGED: 3, Difference.LONGER: 1}, "what it was summed from stays as it was"
