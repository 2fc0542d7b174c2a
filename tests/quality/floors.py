"""The floors of quality: what was reached once stays reached. Pure but for reading and writing the file.

A floor belongs to a corpus, known by its hash: figures of other pages say nothing about it. Floors rise by pinning anew;
one is lowered only with a written reason, which stays in the file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("floors.toml")
SLACK: Final = 0.0005  # below what was measured: other versions of a library move a page or two
Measured = Mapping[str, Mapping[str, float]]  # set → measure → figure
HEAD: Final = """# The floors of `make quality`: figures by set and measure, each for the corpus with this hash. Written by
#   python -m scripts.quality --pin                    floors only rise
#   python -m scripts.quality --pin --lower "reason"   and may sink, which is noted below with the reason
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floors:
    """What must be reached. `lowered` are the reasons given so far, oldest first."""

    corpus: Mapping[str, str] = field(default_factory=dict)  # set → hash
    floors: Measured = field(default_factory=dict)
    lowered: tuple[Mapping[str, str], ...] = ()


def read_floors(file: Path = FILE) -> Floors:
    """Return the floors of a file, none where there is no file."""
    if not file.exists():
        return Floors()
    told = tomllib.loads(file.read_text(encoding="utf-8"))
    return Floors(corpus=told.get("corpus", {}), floors=told.get("floors", {}), lowered=tuple(told.get("lowered", ())))


def write_floors(floors: Floors, file: Path = FILE) -> None:
    """Write the floors, sorted."""
    lines = [HEAD, "[corpus]", *(f'{name} = "{value}"' for name, value in sorted(floors.corpus.items()))]
    for name, measures in sorted(floors.floors.items()):
        lines += ["", f"[floors.{name}]", *(f"{measure} = {figure:.4f}" for measure, figure in sorted(measures.items()))]
    for note in floors.lowered:
        lines += ["", "[[lowered]]", *(f'{key} = "{_quoted(value)}"' for key, value in note.items())]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _quoted(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')


def missed(floors: Floors, measured: Measured, corpus: Mapping[str, str]) -> list[str]:
    """Return a line for each floor that was not reached, for figures of another corpus, and for measures that are gone."""
    told = []
    for name, measures in measured.items():
        if name not in floors.floors:
            continue
        if floors.corpus.get(name) != corpus[name]:
            told.append(f"{name}: the floors are of corpus {floors.corpus.get(name)}, this one is {corpus[name]}: pin anew")
            continue
        for measure, floor in floors.floors[name].items():
            figure = measures.get(measure)
            if figure is None:
                told.append(f"{name}.{measure}: not measured; the floor is {floor:.4f}")
            elif figure < floor:
                told.append(f"{name}.{measure}: {figure:.4f} is below the floor of {floor:.4f}")
    return told


def pinned(floors: Floors, measured: Measured, corpus: Mapping[str, str], reason: str = "", day: str = "") -> Floors:
    """Return floors at what was measured. Without a reason they only rise on the same corpus; with one they may sink."""
    made = {name: dict(measures) for name, measures in floors.floors.items()}
    lowered = list(floors.lowered)
    for name, measures in measured.items():
        known = floors.floors.get(name, {}) if floors.corpus.get(name) == corpus[name] else {}
        made[name] = dict(known)
        for measure, figure in measures.items():
            reached, before = max(0.0, round(figure - SLACK, 4)), known.get(measure)
            if before is not None and reached < before:
                if not reason:
                    continue
                sunk = {"from": f"{before:.4f}", "to": f"{reached:.4f}", "day": day, "reason": reason}
                lowered.append({"floor": f"{name}.{measure}", **sunk})
            made[name][measure] = reached
    return Floors(corpus={**floors.corpus, **corpus}, floors=made, lowered=tuple(lowered))
