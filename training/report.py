"""The training report, written beside the training: what was trained on what, and what it gains."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from pipeline.clean.forest import read_forests
from pipeline.clean.judge import ADD, FILE, KEEP
from tests.quality.metric import Score, table
from training.reading import BY_WORDS, FOLDS, SAME

REPORT: Final = Path(__file__).with_name("report.md")
FIGURES: Final = Path(__file__).with_name("figures.json")
ENGLISH: Final = "en"


def write_report(scores: Mapping[str, Mapping[str, Score]], sizes: Mapping[str, int], about: Mapping[str, Any], kinds: str) -> None:
    """Write report.md and figures.json."""
    forests, told = read_forests(FILE)
    body = forests["body"]
    figures = {
        name: {system: {key: round(value, 4) for key, value in one.measures().items()} for system, one in part.items()}
        for name, part in scores.items()
    }
    FIGURES.write_text(json.dumps({**about, "pages": sizes, "figures": figures}, indent=1) + "\n", encoding="utf-8")
    lines = [
        "# Training report of the block model",
        "",
        "Written by `python -m training DATA`; figures.json has the same figures.",
        "",
        f"- Pages: {', '.join(f'{count} of {name}' for name, count in sizes.items())}; "
        f"corpus {', '.join(f'{name} {digest}' for name, digest in about['corpus'].items())}; seed {about['seed']}.",
        f"- Cross-validation: {FOLDS} folds by registered domain, through the whole cleaner; no site is in both halves.",
        f"- Trees: {len(body.values)} of at most {body.values.shape[1] - 1} leaves; {FILE.stat().st_size / 1000:.0f} kB; "
        f"{len(body.traits)} traits, {len(set(body.asked.tolist()))} asked about.",
        f"- A block weighs {SAME} and {BY_WORDS:g} times its share of the page's words.",
        f"- Kept blocks go below {KEEP}, others come from {ADD}.",
        "",
        table(_rows(scores)),
        "",
        "The traits that gain most, by LightGBM's gain:",
        "",
        ", ".join(f"`{name}` {gain:,}" for name, gain in told["important"]),
        "",
        "All traits: " + ", ".join(f"`{name}`" for name in body.traits) + ".",
    ]
    lines += ["", "## Page types", "", *_KINDS, "", kinds]
    notes = Path(__file__).with_name("notes.md")
    text = "\n".join(lines) + "\n" + ("\n" + notes.read_text(encoding="utf-8") if notes.exists() else "")
    REPORT.write_text(text, encoding="utf-8")


_KINDS: Final = (
    "Articles of both sets and the other pages of the web set, by their labels (collections are listings), five folds by domain.",
    "`by rule`: a rule rejected the page before the model was asked; pages that say they are articles, with text, are not asked about.",
)


def _rows(scores: Mapping[str, Mapping[str, Score]]) -> list[list[str]]:
    rows = []
    for name, part in scores.items():
        for system, one in part.items():
            rows.append(one.row(f"{name}, {system}"))
            english = one.by("language").get(ENGLISH)
            if english:
                rows.append(english.row(f"{name} in English, {system}"))
    return rows
