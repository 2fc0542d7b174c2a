"""How Elasticsearch takes text apart: one analysis for each language group, under the same names in all of them.

    exact    folded words with positions: words as they are, phrases, prefixes; what `analysis.fold` and `analysed` do
    text     the same words, stemmed by the group's stemmer; `stemming` lists the groups
    topics   `text` without stop words: for likeness, where they are noise. Searching keeps them: *The Who* must be found
    name     a whole name, folded: for comparing keywords
    cased    words with their case and accents: for who wants *Apple* and not *apple*

Scripts without spaces become single characters, one a position, and `index_phrases` pairs neighbours (see `elastic_mapping`),
so that any substring is a phrase. Only components of the module analysis-common are used, and no scripts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.index.analysis import LONGEST_WORD, MARK_CLASS, UNSPACED_CLASS
from pipeline.index.stemming import LIGHT_ENDINGS, SNOWBALL, STEM_GROUPS, stem_group

UNSPACED, OTHER = "cjk", "other"
UNSPACED_LANGUAGES = frozenset({"ja", "zh", "ko", "th", "lo", "km", "my", "yue", "wuu"})
LANGUAGE_GROUPS: tuple[str, ...] = (*STEM_GROUPS, UNSPACED, OTHER)

_WORD_SIGNS = rf"\p{{L}}\p{{N}}{MARK_CLASS}"
WORDS = f"[{_WORD_SIGNS}&&[{UNSPACED_CLASS}]]|[{_WORD_SIGNS}&&[^{UNSPACED_CLASS}]]+"
# Accents as signs of their own, Hebrew points, Arabic vowel signs, tatweel, soft hyphen, joiners: of no weight anywhere.
_DROPPED_MARKS = "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u0640\u00ad\u200c\u200d]"
# What asciifolding leaves: Greek accents, and the letters that are written both ways.
_LETTERS = {
    "ά": "α", "έ": "ε", "ή": "η", "ί": "ι", "ό": "ο", "ύ": "υ", "ώ": "ω", "ϊ": "ι", "ϋ": "υ", "ΐ": "ι", "ΰ": "υ", "ς": "σ",
    "Ά": "α", "Έ": "ε", "Ή": "η", "Ί": "ι", "Ό": "ο", "Ύ": "υ", "Ώ": "ω", "Ϊ": "ι", "Ϋ": "υ",
    "ё": "е", "Ё": "е", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه",
}  # fmt: skip
_STOP_WORDS: Mapping[str, str] = {
    "ar": "arabic", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
# Languages for which the engine has no list: what makes a tenth of their news, and says nothing of its matter.
_OWN_STOP_WORDS: Mapping[str, str] = {
    "pl": "i w na z do się nie to że jest o jak ale po co za od dla czy przez był była było były jego jej ich oraz przy są tym "
    "tej tego te ten ta które który która którzy został została zostały a we ze już tylko też może będzie być u by także jednak",
    "uk": "і й в у на з із зі до що не та за як від про для це є був була було були але по при ж його її їх вона він вони або "
    "ще вже також цього який яка яке які а б би після через під час",
}  # fmt: skip
_FOLDED_FIRST = frozenset({"el", *LIGHT_ENDINGS})  # their stemmers know the plain letters; the others want the accents


def language_group(language: str) -> str:
    """Return the group whose analysis suits a BCP 47 language tag: one of LANGUAGE_GROUPS."""
    if group := stem_group(language):
        return group
    return UNSPACED if language.split("-", maxsplit=1)[0].lower() in UNSPACED_LANGUAGES else OTHER


def analysis(group: str) -> dict[str, Any]:
    """Return the `analysis` settings of an index of that language group."""
    words: object = f"_{_STOP_WORDS[group]}_" if group in _STOP_WORDS else _OWN_STOP_WORDS.get(group, "").split()
    stop = {"topics_stop": {"type": "stop", "stopwords": words}} if words else {}
    return {
        "char_filter": {
            "letters": {"type": "mapping", "mappings": [f"{char} => {plain}" for char, plain in _LETTERS.items()]},
            "marks": {"type": "pattern_replace", "pattern": _DROPPED_MARKS, "replacement": ""},
            "hyphens": {"type": "pattern_replace", "pattern": "[\u00ad\u200c\u200d\u0640]", "replacement": ""},
            "spaces": {"type": "pattern_replace", "pattern": r"[\s_＿]+", "replacement": " "},
        },
        "tokenizer": {"words": {"type": "pattern", "pattern": WORDS, "group": 0}},
        "filter": {"bounded": {"type": "truncate", "length": LONGEST_WORD}, **_stemmer(group), **stop},
        "analyzer": {
            "exact": _custom(["letters", "marks"], ["lowercase", "asciifolding", "bounded"]),
            "text": _stemmed(group, []),
            "topics": _stemmed(group, list(stop)),
            "cased": _custom(["hyphens"], ["bounded"]),
        },
        "normalizer": {
            "name": {"type": "custom", "char_filter": ["letters", "marks", "spaces"], "filter": ["lowercase", "asciifolding", "trim"]}
        },
    }


def _custom(char_filters: list[str], filters: list[str]) -> dict[str, Any]:
    return {"type": "custom", "char_filter": char_filters, "tokenizer": "words", "filter": filters}


def _stemmer(group: str) -> dict[str, Any]:
    if group in SNOWBALL:
        return {"stems": {"type": "snowball", "language": SNOWBALL[group].capitalize()}}
    if group in LIGHT_ENDINGS:
        endings = "|".join(sorted(LIGHT_ENDINGS[group], key=len, reverse=True))
        return {"stems": {"type": "pattern_replace", "pattern": f"(?<=...)(?:{endings})$", "replacement": "", "all": False}}
    return {}


def _stemmed(group: str, stop: list[str]) -> dict[str, Any]:
    if group not in STEM_GROUPS:
        return _custom(["letters", "marks"], ["lowercase", "asciifolding", "bounded", *stop])
    if group in _FOLDED_FIRST:
        return _custom(["letters", "marks"], ["lowercase", *stop, "asciifolding", "bounded", "stems"])
    after = ["arabic_normalization"] if group == "ar" else ["asciifolding"]
    before = ["letters", "hyphens"] if group == "ru" else ["hyphens"]
    return _custom(before, ["lowercase", *stop, "bounded", "stems", *after])
