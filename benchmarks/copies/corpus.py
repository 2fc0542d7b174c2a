"""Wire stories, what papers make of them, and thousands of articles that only look alike. The same ones from the same seed.

Sentences come out of the demo newsroom and, where the optional data folder is there, out of real articles; furniture out of
seeds/boilerplate.
"""

from __future__ import annotations

import json
import os
import random
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.demo.content import load_content, truth

ROOT = Path(__file__).resolve().parents[2]
TEAMS = (
    "Millbrook",
    "Eastgate",
    "Tarn Ridge",
    "Sable Lake",
    "Port Ellery",
    "North Harbor",
    "Holloway",
    "Cooper Valley",
    "Brackhafen",
    "Caldermouth",
)
TOWNS = ("Harbor City", "Valley Falls", "Millbrook", "Port Ellery", "Wren Island", "Caldermouth", "Eastgate", "Quarry Hill")
SKIES = ("sunny", "mostly cloudy", "rainy", "windy", "foggy", "partly sunny", "stormy", "clear")


@dataclass(frozen=True, slots=True)
class Text:
    """One article: `story` is equal for all that tell the same, None where nobody else does."""

    story: int | None
    body: str


def corpus(*, wires: int, distractors: int, seed: int = 7) -> list[Text]:
    """Return wire stories with 3 to 12 copies each, and distractors, shuffled."""
    chance = random.Random(seed)
    articles = real_articles()
    chance.shuffle(articles)
    sources = [one for one in articles if 150 <= len(one.split()) <= 1500]
    pool = [sentence for one in articles[wires:] for sentence in _sentences(one)]
    furniture = _furniture()
    texts = []
    for number in range(wires):
        wire = sources[number] if number < len(sources) else _recombined(chance, pool, 14)
        texts.append(Text(number, wire))
        texts += [Text(number, _copy(chance, wire, furniture, pool)) for _ in range(chance.randint(3, 12))]
    speeches = [" ".join(chance.sample(pool, 3)) for _ in range(40)]
    texts += [Text(None, one) for one in _distractors(chance, distractors, sources[wires:], pool, speeches, furniture)]
    chance.shuffle(texts)
    return texts


def real_articles() -> list[str]:
    """Return the demo's English articles and, where the data folder is there, its real ones."""
    found = ["\n\n".join(truth(one).paragraphs) for one in load_content().articles if one.publisher.language == "en" and one.wire is None]
    for data in (os.environ.get("WIREROOM_SHARED"), str(ROOT.parent / "shared")):
        if data and (folder := Path(data) / "data").is_dir():
            found += _of_folder(folder)
            break
    return list({one[:60]: one for one in found}.values())  # what the folders hold twice


def _of_folder(folder: Path) -> Iterator[str]:
    for file in sorted((folder / "wcxb-dev" / "ground-truth").glob("*.json")):
        told = json.loads(file.read_text())
        kind = json.dumps(told.get("page_type") or told.get("_internal", {}).get("page_type") or "")
        body = (told.get("ground_truth", told).get("main_content") or "") if "article" in kind else ""
        if len(body.split()) >= 120:
            yield body
    truth_file = folder / "fundus-pages" / "truth.json"
    if truth_file.exists():
        for told in json.loads(truth_file.read_text()).values():
            body = told.get("body") or ""
            if isinstance(body, str) and len(body.split()) >= 120:
                yield body


def _sentences(text: str) -> list[str]:
    return [one for one in re.split(r"(?<=[.!?])\s+|\n+", text) if 5 <= len(one.split()) <= 60]


def _furniture() -> list[str]:
    return [
        line[0].upper() + line[1:]
        for line in tomllib.loads((ROOT / "seeds" / "boilerplate" / "en.toml").read_text())["lines"]
        if len(line) > 12
    ]


def _recombined(chance: random.Random, pool: Sequence[str], count: int) -> str:
    made = chance.sample(pool, min(count, len(pool)))
    return "\n\n".join(" ".join(made[at : at + 3]) for at in range(0, len(made), 3))


# ── copies ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _copy(chance: random.Random, wire: str, furniture: Sequence[str], pool: Sequence[str]) -> str:
    """What a paper makes of it: trims, furniture, a line of its own, an editor's pen."""
    lines = [line for line in wire.split("\n") if line.strip()]
    lines = lines if len(lines) > 3 else _sentences(wire)
    if chance.random() < 0.5:
        lines = lines[: max(3, round(len(lines) * chance.uniform(0.45, 1.0)))]
    if chance.random() < 0.3 and len(lines) > 5:
        del lines[chance.randrange(1, len(lines) - 1)]
    if chance.random() < 0.25:
        lines = [_edited(chance, line, pool) for line in lines]
    if chance.random() < 0.3:
        lines.insert(0, chance.choice(pool))
    for _ in range(chance.randrange(0, 5)):
        lines.insert(chance.randrange(len(lines) + 1), chance.choice(furniture))
    if chance.random() < 0.5:
        lines.append("Copyright 2026 {town} Media. All rights reserved. This material may not be published or redistributed.")
    if chance.random() < 0.3:
        lines[0] = f"{chance.choice(TOWNS).upper()} (Wire) — {lines[0]}"
    return "\n\n".join(lines)


def _edited(chance: random.Random, line: str, pool: Sequence[str]) -> str:
    if chance.random() < 0.1:
        return chance.choice(pool)
    words = line.split(" ")
    for _ in range(len(words) // 25):
        words[chance.randrange(len(words))] = chance.choice(("also", "reportedly", "earlier", "local", "now", "said"))
    return " ".join(words)


# ── what only looks alike ─────────────────────────────────────────────────────────────────────────────────────────


def _distractors(
    chance: random.Random, count: int, real: Sequence[str], pool: Sequence[str], speeches: Sequence[str], furniture: Sequence[str]
) -> Iterator[str]:
    yield from real[:count]
    for number in range(count - min(count, len(real))):
        kind = number % 10
        if kind < 3:
            yield _filled(chance, FORMS[kind])
        elif kind == 3:
            yield _recombined(chance, pool, 8) + f"\n\n“{chance.choice(speeches)}”"
        else:
            yield _recombined(chance, pool, chance.randint(6, 24)) + "\n\n" + chance.choice(furniture)


def _filled(chance: random.Random, form: str) -> str:
    """Fill in a form: {2-9} is a number of that range, {town} a word of that list."""
    return re.sub(r"\{([\w-]+)\}", lambda gap: _fill(chance, gap[1]), form)


def _fill(chance: random.Random, gap: str) -> str:
    if gap in LISTS:
        return chance.choice(LISTS[gap])
    least, most = gap.split("-")
    return str(chance.randint(int(least), int(most)))


LISTS = {"team": TEAMS, "town": TOWNS, "sky": SKIES, "wind": ("north", "south", "east", "west"), "day": ("Monday", "Wednesday", "Saturday")}
_DAYS = " ".join(
    f"{day}: Expect it to be {{sky}}, high {{38-88}}, low {{20-60}}, chance of rain {{0-100}} percent."
    for day in ("Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
)
_SCORES = " ".join(["{team} {0-44}, {team} {0-44}."] * 7)
FORMS = (
    "It will be {sky} in {town} on Monday with a high of {38-88} degrees and a low of {20-60} degrees. Winds from the {wind} will blow at "
    "{3-30} mph with gusts of up to {31-55} mph. The chance of rain is {0-100} percent. Sunrise is at {5-7}:{10-59} a.m. and sunset at "
    f"{{4-8}}:{{10-59}} p.m. Here is a look at the rest of the week. {_DAYS}",
    "{team} beat {team} {21-40}-{0-20} on Friday night in front of a crowd of {300-9000} to move to {0-9}-{0-9} in the Upland Conference. "
    f"The game was decided in the final minutes. Here are the scores from around the conference. {_SCORES} Next Friday’s games begin at "
    "7 p.m. Tickets are available at the gate. {team} travels to {team} and {team} is at home.",
    "The winning numbers in the evening drawing of the Calder Coast Lottery’s Lucky Five game on {day} were {1-14}, {15-28}, {29-42}, "
    "{43-56}, {57-69}, and the bonus ball was {1-26}. The estimated jackpot was ${20-900} million. Nobody matched all of the numbers, so "
    "that the jackpot for the next drawing grows to an estimated ${20-990} million. Players who match the bonus ball alone win ${2-9}. "
    "Tickets can be bought at {900-2900} places until an hour before the drawing.",
)
