"""The report of the lab as a page that needs nothing else: for a file, or to be sent. The search page shows the same below /lab."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from pipeline.trials import Difference, Example, PageFate, PublisherSum, TrialReport
from pipeline.web.front import HERE, templates

MOST_PUBLISHERS: Final = 200  # whose fields and examples are shown; the tables have all
_LEFT_ALONE: Final = (PageFate.CURRENT, PageFate.SAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """A field of a publisher: how often it differs and how, and examples."""

    name: str
    total: int
    counts: Mapping[Difference, int]
    examples: Sequence[Example]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherView:
    """A publisher with the fields that differ, the most often changed first."""

    sums: PublisherSum
    fields: Sequence[FieldView]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabView:
    """What both pages show."""

    report: TrialReport
    fates: Sequence[PageFate]  # columns: those that happened
    differences: Sequence[Difference]
    publishers: Sequence[PublisherView]
    most: int  # pages of the field that differs most often: the length of its bar

    @property
    def touched(self) -> int:
        """Pages that come out otherwise."""
        return sum(count for fate, count in self.report.fates.items() if fate not in _LEFT_ALONE)


def lab_view(report: TrialReport) -> LabView:
    """Return the report as the pages show it."""
    examples = {key: list(found) for key, found in groupby(report.examples, key=lambda one: (one.publisher, one.field))}
    shown = [one for one in report.publishers if one.fields][:MOST_PUBLISHERS]
    happened = {difference for counts in report.fields.values() for difference in counts}
    return LabView(
        report=report,
        fates=[fate for fate in PageFate if report.fates.get(fate)],
        differences=[one for one in Difference if one in happened],
        publishers=[PublisherView(sums=one, fields=_fields(one, examples)) for one in shown],
        most=max((sum(counts.values()) for counts in report.fields.values()), default=1),
    )


def _fields(one: PublisherSum, examples: Mapping[tuple[str, str], Sequence[Example]]) -> list[FieldView]:
    return [
        FieldView(name=name, total=sum(counts.values()), counts=counts, examples=examples.get((one.publisher, name), ()))
        for name, counts in one.fields.items()
    ]


def lab_page(report: TrialReport) -> str:
    """Return the page as one text of HTML. Everything that came from outside is escaped; nothing is loaded from elsewhere."""
    style = (HERE / "static" / "wireroom.css").read_text(encoding="utf-8")
    text = templates().get_template("lab_file.html").render(view=lab_view(report))
    text = text.replace("<style></style>", f"<style>\n{style}</style>", 1)  # the head's: before anything that came from outside
    return text.encode("utf-8", "replace").decode()
