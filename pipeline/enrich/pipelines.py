"""spaCy pipelines by language. The one home of spaCy, which takes two seconds to import and so waits until it is needed.

Where a trained model of the language is installed, it is loaded; nothing is ever downloaded. Elsewhere a blank pipeline
of the language gets a sentencizer and a component of ours that finds names by gazetteer and rules.
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, distributions
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.enrich.gazetteer import Gazetteer
from pipeline.enrich.lexicon import load_lexicon
from pipeline.enrich.mentions import Mention, without_overlaps
from pipeline.enrich.names import NameRules
from pipeline.enrich.scripts import main_script

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span
    from spacy.vocab import Vocab

BUILTIN: Final = "builtin"
COUNTRY: Final = "wireroom_country"  # in `Doc.user_data`: where a text was published
TEXT: Final = "wireroom_text"  # in `Doc.user_data`: the text, which a Doc only has in pieces
_ANY_LANGUAGE = "xx"
_SPACY_CODES = {"no": "nb"}
_SLOW_TO_IMPORT = frozenset({"fr"})  # compiles a list of exceptions for three seconds that our tokenizer has no use for
_SUFFIXES = ("core_web", "core_news")
_SIZES = ("trf", "lg", "md", "sm")
_PACKAGE = re.compile(rf"([a-z]{{2,3}})_(?:{'|'.join(_SUFFIXES)})_(?:{'|'.join(_SIZES)})")
_NOT_NEEDED = ("tagger", "parser", "senter", "morphologizer", "attribute_ruler", "lemmatizer", "trainable_lemmatizer")
_TOKEN = re.compile(r"((?:[^\W\d_]\.){1,8}(?=\W|$)|\w{1,50}|[^\w\s]|\s{1,50})( ?)")
_LETTER = re.compile(r"(\w|[^\w\s]|\s{1,50})( ?)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """A loaded pipeline; `name` says which, for the documents it made."""

    nlp: Language
    name: str


def load_pipeline(language: str) -> Pipeline:
    """Load what is best for a language ("und" and unknown ones included). Takes up to some seconds."""
    import spacy
    from spacy.language import Language

    package = trained_package(language)
    if package is not None:
        nlp = spacy.load(package, exclude=_NOT_NEEDED)
        return Pipeline(nlp=nlp, name=f"{package}-{nlp.meta['version']}")
    nlp = _blank(language)
    nlp.add_pipe("sentencizer")
    Language.factory("wireroom_names", func=_make_names)
    nlp.add_pipe("wireroom_names", config={"language": language})
    return Pipeline(nlp=nlp, name=BUILTIN)


def trained_package(language: str) -> str | None:
    """Return the largest installed model of a language, None where there is none. Imports nothing, neither spaCy nor the model."""
    code = _SPACY_CODES.get(language, language)
    packages = (f"{code}_{suffix}_{size}" for size in _SIZES for suffix in _SUFFIXES)
    return next((package for package in packages if _is_installed(package)), None)


def trained_languages() -> frozenset[str]:
    """Return the languages for which any trained model is installed, whoever made it."""
    names = (found.metadata["Name"] or "" for found in distributions())
    codes = {match[1] for name in names if (match := _PACKAGE.fullmatch(name.replace("-", "_")))}
    return frozenset(next((language for language, code in _SPACY_CODES.items() if code == one), one) for one in codes)


def _is_installed(package: str) -> bool:
    try:
        distribution(package)
    except PackageNotFoundError:
        return False
    return True


@cache
def stop_words(language: str) -> frozenset[str]:
    """Return spaCy's stop words of a language, none where it has none. Reads that one module of the language's package."""
    code = _SPACY_CODES.get(language, language)
    spec = find_spec(f"spacy.lang.{code}") if code.isidentifier() else None
    folders = spec.submodule_search_locations if spec else None
    path = Path(folders[0]) / "stop_words.py" if folders else None
    if path is None or not path.is_file():
        return frozenset()
    return frozenset(runpy.run_path(str(path)).get("STOP_WORDS", ()))


class NamesComponent:
    """Sets `doc.ents` by gazetteer and rules; an entity's id is what it stands for, where that is not as written."""

    def __init__(self, language: str) -> None:
        self._lexicon = load_lexicon(language)
        self._stop_words = stop_words(language)
        self._rules = NameRules(self._lexicon, self._stop_words)
        self._gazetteers: dict[str, Gazetteer] = {}

    def __call__(self, doc: Doc) -> Doc:
        text = doc.user_data.get(TEXT) or doc.text
        known = self._gazetteer(text).find(text, country=doc.user_data.get(COUNTRY))
        mentions = without_overlaps([*self._rules.find(text, known), *known])
        doc.ents = _spans(doc, mentions)
        return doc

    def _gazetteer(self, text: str) -> Gazetteer:
        script = main_script(text[:1000])
        if script not in self._gazetteers:
            self._gazetteers[script] = Gazetteer(self._lexicon, script, self._stop_words)
        return self._gazetteers[script]


def _spans(doc: Doc, mentions: Sequence[Mention]) -> list[Span]:
    from spacy.util import filter_spans

    spans = (
        doc.char_span(mention.start, mention.end, label=mention.label, span_id=mention.name, alignment_mode="expand")
        for mention in mentions
    )
    return filter_spans([span for span in spans if span is not None])


class WordTokenizer:
    """Splits text at every border of a word, in any language, in time proportional to its length.

    Names are found by letters, so tokens need not be clever, but each name must begin and end with one: "Biden-Putin" is
    three tokens, and where words stand without spaces each letter is one. Five times as fast as spaCy's own.
    """

    def __init__(self, vocab: Vocab, pattern: re.Pattern[str]) -> None:
        from spacy.tokens import Doc

        self.vocab = vocab
        self._doc = Doc
        self._pattern = pattern

    def __call__(self, text: str) -> Doc:
        found = self._pattern.findall(text)
        return self._doc(self.vocab, words=[word for word, _ in found], spaces=[bool(space) for _, space in found])


def _make_names(nlp: Language, name: str, language: str) -> NamesComponent:
    return NamesComponent(language)


def _make_tokenizer(by_letter: bool) -> Callable[[Language], WordTokenizer]:
    return lambda nlp: WordTokenizer(nlp.vocab, _LETTER if by_letter else _TOKEN)


def _blank(language: str) -> Language:
    import spacy
    from spacy.attrs import IS_PUNCT
    from spacy.util import registry

    registry.tokenizers("wireroom.words", func=_make_tokenizer)
    code = _SPACY_CODES.get(language, language)
    usable = code not in _SLOW_TO_IMPORT and code.isidentifier() and find_spec(f"spacy.lang.{code}") is not None
    by_letter = language in ("ja", "zh", "ko", "th", "lo", "km", "my", "bo")
    config = {"nlp": {"tokenizer": {"@tokenizers": "wireroom.words", "by_letter": by_letter}}}
    nlp = spacy.blank(code if usable else _ANY_LANGUAGE, config=config)
    # What spaCy works out for each new word (its shape, is it a URL, …) nothing here asks for, but for the sentencizer.
    nlp.vocab.lex_attr_getters = {IS_PUNCT: nlp.vocab.lex_attr_getters[IS_PUNCT]}  # type: ignore[attr-defined]
    return nlp
