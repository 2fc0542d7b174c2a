"""Words → stems, by language: `Wahlen` and `Wahl` are one word to whoever searches.

Snowball's stemmers where the library has one; for a few languages it lacks, a short list of endings. A stem carries its
language (`de:wahl`), because the same letters are different words in different languages and a document is only ever asked
in its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import tantivy

from pipeline.index.analysis import LONGEST_WORD, fold, has_unspaced, is_unspaced

SNOWBALL: Mapping[str, str] = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish", "fr": "french",
    "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip

# Case endings as they look after folding; the longest that fits is taken off once, and three letters must remain.
LIGHT_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "cs": ("ami", "emi", "ovi", "ove", "ech", "ich", "ych", "eho", "emu", "ymi", "imi", "ach", "atum", "ou", "um", "em", "am", "uv", "im",
           "ym", "y", "i", "a", "e", "u", "o"),
    "pl": ("ami", "ach", "owi", "owie", "iego", "ego", "iemu", "emu", "ymi", "imi", "ych", "ich", "iem", "em", "om", "ow", "ym", "im",
           "iej", "ej", "ia", "ie", "iu", "y", "i", "a", "e", "u", "o"),
    "uk": ("ами", "ями", "ові", "еві", "ого", "ому", "ими", "іми", "ах", "ях", "ів", "їв", "ою", "ею", "єю", "ом", "ем", "ий", "ій", "их",
           "іх", "ам", "ям", "а", "я", "у", "ю", "і", "и", "о", "е", "ї", "й"),
}  # fmt: skip
_SAME_ENDINGS = {"nb": "no", "nn": "no", "sk": "cs"}
STEM_GROUPS: tuple[str, ...] = tuple(sorted({*SNOWBALL, *LIGHT_ENDINGS}))

_LARGEST_CACHE = 200_000  # words of one language; news uses the same ones over and over


def stem_group(language: str | None) -> str | None:
    """Return the group whose stemmer suits a BCP 47 language tag, or None where there is none."""
    primary = (language or "").split("-")[0].lower()
    group = _SAME_ENDINGS.get(primary, primary)
    return group if group in SNOWBALL or group in LIGHT_ENDINGS else None


class _Stems(dict[str, str]):
    """Remembers the stems of one group; working one out costs ten times as much as looking it up."""

    def __init__(self, group: str) -> None:
        super().__init__()
        self._group = group
        self._analyzer = _analyzer(SNOWBALL[group]) if group in SNOWBALL else None
        endings = sorted(LIGHT_ENDINGS.get(group, ()), key=len, reverse=True)
        self._ending = re.compile(f"(?<=...)(?:{'|'.join(endings)})$")

    def __missing__(self, word: str) -> str:
        if len(self) >= _LARGEST_CACHE:
            self.clear()
        plain = word.lower().replace("\u00ad", "")[:LONGEST_WORD]  # a soft hyphen is no letter
        stem = self[word] = f"{self._group}:{self._stem(plain)}"
        return stem

    def _stem(self, word: str) -> str:
        if self._analyzer is None:
            return self._ending.sub("", fold(word), count=1)
        return fold("".join(self._analyzer.analyze(word)))


def _analyzer(language: str) -> tantivy.TextAnalyzer:
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.stemmer(language)).build()


@cache
def _stems_of(group: str) -> _Stems:
    return _Stems(group)


def stems(words: Iterable[str], group: str) -> list[str]:
    """Return the stem of each word as `group:stem`.

    Args:
        words: as they are written, accents and all: stemmers know them.
        group: one of STEM_GROUPS.
    """
    known = _stems_of(group)
    return list(map(known.__getitem__, words))


class _Anywhere(dict[str, str]):
    """Remembers what stands for a written word of one group: its stem, and the folded word where folding changes it."""

    def __init__(self, group: str) -> None:
        super().__init__()
        self._stems = _stems_of(group)

    def __missing__(self, word: str) -> str:
        if len(self) >= _LARGEST_CACHE:
            self.clear()
        folded = fold(word)[:LONGEST_WORD]
        changed = bool(folded) and folded != word.lower()
        found = self[word] = f"{self._stems[word]} {folded}" if changed else self._stems[word]
        return found


@cache
def _anywhere_of(group: str) -> _Anywhere:
    return _Anywhere(group)


def words_anywhere(words: Sequence[str], written: Sequence[str], group: str | None) -> list[str]:
    """Return what stands for a text among the words of all texts: one or two words with a space between, for each of its words.

    Args:
        words: folded, as `analysed` gives them.
        written: those that can be stemmed, with their accents, as `analysed` gives them.
        group: one of STEM_GROUPS; None: the folded words stand for themselves.
    """
    if group is None:
        return list(words)
    unspaced = [word for word in words if is_unspaced(word)] if words is not written and has_unspaced(" ".join(words)) else []
    known = _anywhere_of(group)
    return unspaced + list(map(known.__getitem__, written))
