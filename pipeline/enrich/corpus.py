"""What the articles so far have taught: how common each word is, and names that keep coming back.

A snapshot, learned now and then and read when enrichers are opened: between two of them the same article gives the same
keywords and names.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from pipeline.errors import ConfigurationError

MOST_WORDS: Final = 50_000  # of a language; rarer ones count as never seen
MOST_NAMES: Final = 20_000
FEWEST_DOCUMENTS: Final = 50  # of a language, before its frequencies say anything
_SURE_IN: Final = 3  # stories that a name must be found in by its signs, before it counts without any
_WORD = re.compile(r"[^\W\d_]\w*(?:[-'’](?!s\b)\w+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One article to learn from."""

    story: str  # the same for copies, which teach nothing new
    language: str
    text: str
    people: tuple[str, ...]
    organisations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """What was learned, by language."""

    documents: Mapping[str, int] = field(default_factory=dict)
    frequencies: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # word, in lower case → documents
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    organisations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def rarity(self, phrase: str, language: str) -> float:
        """Return how telling a word is, 0 for one that every article has to 1 for one that none has (normalised idf).

        Of several words the rarest counts. 1 for all where too few articles of the language are known.
        """
        count = self.documents.get(language, 0)
        if count < FEWEST_DOCUMENTS:
            return 1.0
        known = self.frequencies.get(language, {})
        return max(1 - math.log1p(known.get(word, 0)) / math.log1p(count) for word in phrase.lower().split(" "))


def learn(told: Iterable[Told]) -> Corpus:
    """Return what these articles teach; of each story one article counts."""
    documents: Counter[str] = Counter()
    words: defaultdict[str, Counter[str]] = defaultdict(Counter)
    people: defaultdict[str, Counter[str]] = defaultdict(Counter)
    organisations: defaultdict[str, Counter[str]] = defaultdict(Counter)
    seen: set[str] = set()
    for one in told:
        if one.story in seen:
            continue
        seen.add(one.story)
        documents[one.language] += 1
        words[one.language].update({word.lower() for word in _WORD.findall(one.text)})
        people[one.language].update({name for name in one.people if " " in name})
        organisations[one.language].update({name for name in one.organisations if " " in name})
    return Corpus(
        documents=dict(documents),
        frequencies={language: {word: n for word, n in count.most_common(MOST_WORDS) if n > 1} for language, count in words.items()},
        people={language: _sure(count) for language, count in people.items()},
        organisations={language: _sure(count) for language, count in organisations.items()},
    )


def _sure(names: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(name for name, count in names.most_common(MOST_NAMES) if count >= _SURE_IN))


def write_corpus(path: Path, corpus: Corpus) -> None:
    """Write what was learned, whole or not at all."""
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(asdict(corpus), ensure_ascii=False), encoding="utf-8")
    draft.replace(path)


def read_corpus(path: Path | None) -> Corpus:
    """Return what was learned; an empty corpus where nothing was. Raises `ConfigurationError` for a damaged file."""
    if path is None or not path.is_file():
        return Corpus()
    try:
        return Corpus(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError, OSError) as error:
        raise ConfigurationError(f"{path}: is damaged ({error}); remedy: remove it, `wireroom models learn` makes it anew") from error
