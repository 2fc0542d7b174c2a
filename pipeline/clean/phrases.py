"""The boilerplate phrases of seeds/boilerplate, ready to be asked. What each list means stands in the README there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from pipeline.clean.hygiene import bare, phrase_key
from pipeline.errors import ConfigurationError

FOLDER: Final = Path(__file__).resolve().parents[2] / "seeds" / "boilerplate"
_LIST_NAMES: Final = "lines starts promos ends bylines dates updates credits contributors corrections joiners staff"
LISTS: Final = tuple(_LIST_NAMES.split())
LONGEST_START: Final = 6  # words
_UNSPACED: Final = re.compile("[\u0e00-\u0e7f\u3000-\u9fff\uac00-\ud7af\uff00-\uffef]")  # Thai, CJK, Korean
_WORD: Final = re.compile(r"[^\W_]+")
_SIGNS: Final = ":,.-|>»"  # that a line may have after a phrase


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PhraseList:
    """Phrases of one kind in the form of `phrase_key`. A list is no other's equal, so that answers can be remembered for it."""

    phrases: frozenset[str]
    unspaced: tuple[str, ...]  # those of scripts that put no blanks between words
    openings: frozenset[str]  # what stands before the first blank of each
    by_word: Mapping[str, tuple[str, ...]]  # those that blanks divide, by the first run of letters and digits in each

    @classmethod
    def of(cls, phrases: Iterable[str]) -> PhraseList:
        """Return the list of these phrases."""
        kept = frozenset(phrases)
        by_word: dict[str, list[str]] = {}
        for phrase in kept:
            if not _UNSPACED.search(phrase):
                by_word.setdefault(next(iter(_WORD.findall(phrase)), ""), []).append(phrase)
        return cls(
            phrases=kept,
            unspaced=tuple(sorted(phrase for phrase in kept if _unspaced(phrase[-1:]))),
            openings=frozenset(phrase.partition(" ")[0] for phrase in kept),
            by_word={word: tuple(listed) for word, listed in by_word.items()},
        )

    def is_line(self, key: str) -> bool:
        """Whether the line is one of the phrases."""
        return key in self.phrases

    def start(self, key: str) -> str:
        """Return the longest phrase the line begins with, at a word's end; '' where there is none."""
        opening = key.partition(" ")[0]
        if opening in self.openings or opening.rstrip(_SIGNS) in self.openings:  # no line of most begins so
            words = key.split(" ", LONGEST_START)[:LONGEST_START]
            for count in range(len(words), 0, -1):
                head = " ".join(words[:count])
                for form in (head, head.rstrip(_SIGNS)):
                    if form in self.phrases:
                        return form
        if not key.startswith(self.unspaced):
            return ""
        return next(phrase for phrase in self.unspaced if key.startswith(phrase))

    @lru_cache(maxsize=4096)  # noqa: B019 # a page's rules ask for the same lines a dozen times; lists live as long as the book
    def inside(self, key: str) -> str:
        """Return the longest phrase that the line holds anywhere as whole words, '' where there is none."""
        held = (phrase for phrase in self._possible(key) if phrase in key and _stands_in(phrase, key))
        return max(held, key=lambda phrase: (len(phrase), phrase), default="")

    def _possible(self, key: str) -> Iterable[str]:
        """Return the phrases of which the line holds the first word; all of them for a line in which no blanks divide words."""
        if _UNSPACED.search(key):
            return self.phrases
        words = {"", *_WORD.findall(key)}
        return [phrase for word in words if word in self.by_word for phrase in self.by_word[word]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """The lists for pages of one language: its own and English; `lines` and `ends` of every language."""

    lines: PhraseList
    starts: PhraseList
    promos: PhraseList
    ends: PhraseList
    bylines: PhraseList
    dates: PhraseList
    credits: PhraseList
    contributors: PhraseList
    corrections: PhraseList
    updates: frozenset[str]
    joiners: frozenset[str]
    staff: frozenset[str]
    agencies: Mapping[str, str] = field(default_factory=dict)  # every way of signing, bare → the agency's name

    def agency(self, name: str) -> str | None:
        """Return the agency that signs so, None where it is none."""
        return self.agencies.get(bare(name))


class PhraseBook:
    """All languages' phrases, read once; hands out the lists for one language."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read the folder. Raises `ConfigurationError` naming the file that cannot be read."""
        self._languages = {file.stem: _read(file) for file in sorted(folder.glob("*.toml")) if file.stem not in {"agencies", "walls"}}
        signed = _read(folder / "agencies.toml")
        self.walls: Mapping[str, frozenset[str]] = {kind: frozenset(lines) for kind, lines in _read(folder / "walls.toml").items()}
        self._agencies = {bare(form): name for name, forms in signed.items() for form in (name, *forms)}
        self._made: dict[str, Phrases] = {}

    def of(self, language: str | None) -> Phrases:
        """Return the lists for a language (BCP 47); for one without a file, of all languages together."""
        name = (language or "").lower().partition("-")[0]
        name = {"nb": "no", "nn": "no", "in": "id", "ms": "id", "iw": "he"}.get(name, name)
        name = name if name in self._languages else ""
        if name not in self._made:
            self._made[name] = self._make({name, "en"} if name else set(self._languages))
        return self._made[name]

    def _make(self, names: set[str]) -> Phrases:
        own = {kind: [one for name in names for one in self._languages[name].get(kind, ())] for kind in LISTS}
        for kind in ("lines", "ends"):
            own[kind] = [one for lists in self._languages.values() for one in lists.get(kind, ())]
        made: dict[str, Any] = {kind: PhraseList.of(own[kind]) for kind in LISTS}
        made |= {kind: frozenset(own[kind]) for kind in ("joiners", "staff", "updates")}
        return Phrases(**made, agencies=self._agencies)


def faults(folder: Path = FOLDER) -> list[str]:
    """Return what is out of order in the folder: unsorted or doubled phrases, and phrases in a form nothing is compared in."""
    found = []
    for file in sorted(folder.glob("*.toml")):
        for kind, phrases in _read(file).items():
            if phrases != sorted(set(phrases)):
                found.append(f"{file.name}: {kind}: not sorted, or doubled")
            odd = [one for one in phrases if phrase_key(one) != one and kind != "joiners" and file.stem != "agencies"]
            found.extend(f"{file.name}: {kind}: {one!r} is compared as {phrase_key(one)!r}" for one in odd)
    return found


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{file}: {error}") from error


def _stands_in(phrase: str, key: str) -> bool:
    """Whether the phrase is in the line somewhere without being part of a longer word: no `sign up` in "design upright"."""
    start = key.find(phrase)
    while start >= 0:
        end = start + len(phrase)
        if not _joined(key[:start][-1:], phrase[0]) and not _joined(phrase[-1], key[end : end + 1]):
            return True
        start = key.find(phrase, start + 1)
    return False


def _joined(letter: str, following: str) -> bool:
    return letter.isalnum() and following.isalnum() and not (_unspaced(letter) or _unspaced(following))


def _unspaced(letter: str) -> bool:
    return bool(_UNSPACED.search(letter))
