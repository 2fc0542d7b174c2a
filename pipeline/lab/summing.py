"""The portions of a trial → its report. Pure; holds sums and the examples, never the pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from pipeline.lab.notebook import Portion
from pipeline.trials import Difference, Example, Looked, PageFate, PublisherSum, Trial, TrialReport

MOST_EXAMPLES: Final = 3  # of one field of one publisher
MOST_REASONS: Final = 20


def report_of(trial: Trial, portions: Iterable[Portion]) -> TrialReport:
    """Return what was found so far."""
    fates: dict[str, Counter[PageFate]] = {}
    fields: dict[str, dict[str, Counter[Difference]]] = {}
    reasons: Counter[str] = Counter()
    chosen: dict[tuple[str, str], list[Example]] = {}
    for portion in portions:
        for one in portion.looked:
            _count(one, fates, fields)
            reasons.update([f"{one.fate}: {one.reason}"] if one.reason and one.fate in {PageFate.LOST, PageFate.FAILED} else [])
        for example in portion.examples:
            mine = chosen.setdefault((example.publisher, example.field), [])
            if len(mine) < MOST_EXAMPLES:
                mine.append(example)
    sums = [PublisherSum(publisher=name, fates=dict(fates[name]), fields=_sorted(fields.get(name, {}))) for name in fates]
    return TrialReport(
        trial=trial,
        publishers=tuple(sorted(sums, key=lambda one: (-one.touched, -one.pages, one.publisher))),
        examples=tuple(example for _, examples in sorted(chosen.items()) for example in examples),
        reasons=dict(reasons.most_common(MOST_REASONS)),
    )


def _count(one: Looked, fates: dict[str, Counter[PageFate]], fields: dict[str, dict[str, Counter[Difference]]]) -> None:
    fates.setdefault(one.publisher, Counter())[one.fate] += 1
    for change in one.changes:
        fields.setdefault(one.publisher, {}).setdefault(change.field, Counter())[change.difference] += 1


def _sorted(fields: Mapping[str, Counter[Difference]]) -> dict[str, dict[Difference, int]]:
    return {name: dict(counts) for name, counts in sorted(fields.items(), key=lambda one: (-one[1].total(), one[0]))}
