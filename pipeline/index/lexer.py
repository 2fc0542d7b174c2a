"""A user's text → lexemes: what is a word, a quotation, a field, an operator. Never fails but for a field nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import category, normalize

from pipeline.errors import ConfigurationError
from pipeline.index.analysis import is_word_character
from pipeline.index.fields import FieldKind, QueryField, field_named, field_names, nearest_field

QUOTES = '"„“”«»‟＂'  # any of them opens, any of them closes


class LexemeKind(StrEnum):
    """What a piece of the text is to the parser."""

    WORD = "word"
    PREFIX = "prefix"  # word*
    QUOTED = "quoted"
    OPEN = "("
    CLOSE = ")"
    OR = "OR"
    AND = "AND"
    NOT = "NOT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexeme:
    """One piece. `name` is the field's name as written, where the piece stands behind `name:`."""

    kind: LexemeKind
    text: str = ""
    field: QueryField | None = None
    name: str = ""


_SIGNS = {"(": LexemeKind.OPEN, ")": LexemeKind.CLOSE, "|": LexemeKind.OR}
_OPERATORS = {"OR": LexemeKind.OR, "AND": LexemeKind.AND, "NOT": LexemeKind.NOT}
_BARE = re.compile(rf"[^\s()|{QUOTES}]+")
_ADDRESS = re.compile(r"https?://[^\s]+", re.IGNORECASE)
_FIELD = re.compile(r"([^\W\d]\w*):(?=[^\s)|])")
_NOT = re.compile(r"-+(?=[^\s)|-])")
_QUOTED = re.compile(rf"((?:\\[\\{QUOTES}]|[^{QUOTES}])*)[{QUOTES}]?")
_ESCAPE = re.compile(rf"\\([\\{QUOTES}])")


def tidied(text: str) -> str:
    """Return the text in NFC with every control character, surrogate and line break as a space."""
    return normalize("NFC", "".join(" " if category(char) in {"Cc", "Cs", "Zl", "Zp"} else char for char in text))


def lexemes(text: str) -> Iterator[Lexeme]:
    """Yield the lexemes of a tidied text. Whatever is neither word nor sign is passed over.

    Raises:
        ConfigurationError: a name before a colon is no field.
    """
    at = 0
    while at < len(text):
        char = text[at]
        if kind := _SIGNS.get(char):
            yield Lexeme(kind=kind)
            at += 1
        elif char in QUOTES:
            quoted, at = _quoted(text, at)
            yield Lexeme(kind=LexemeKind.QUOTED, text=quoted)
        elif match := _negation(text, at):
            yield Lexeme(kind=LexemeKind.NOT)
            at = match.end()
        elif is_word_character(char):
            lexeme, at = _word(text, at)
            yield lexeme
        else:
            at += 1


def _negation(text: str, at: int) -> re.Match[str] | None:
    """A dash begins a negation only where a term could begin: `well-known` and `"a"-b` hold none."""
    if text[at] != "-" or (at and not (text[at - 1].isspace() or text[at - 1] in "(|")):
        return None
    return _NOT.match(text, at)


def _quoted(text: str, at: int) -> tuple[str, int]:
    match = _QUOTED.match(text, at + 1)
    assert match is not None
    return " ".join(_ESCAPE.sub(r"\1", match[1]).split()), match.end()


def _word(text: str, at: int) -> tuple[Lexeme, int]:
    if found := _ADDRESS.match(text, at):
        address = _unclosed(found[0])
        return Lexeme(kind=LexemeKind.QUOTED, text=address, field=field_named("url"), name="url"), at + len(address)
    if (match := _FIELD.match(text, at)) and _has_value(text, match.end()):
        return _fielded(text, match)
    bare = _BARE.match(text, at)
    assert bare is not None
    kind, word = _trimmed(bare[0])
    return Lexeme(kind=_OPERATORS.get(word, kind) if kind is LexemeKind.WORD else kind, text=word), bare.end()


def _has_value(text: str, at: int) -> bool:
    bare = _BARE.match(text, at)
    return text[at] in QUOTES or text[at] == "(" or (bare is not None and any(map(is_word_character, bare[0])))


def _fielded(text: str, match: re.Match[str]) -> tuple[Lexeme, int]:
    name, at = match[1], match.end()
    field = field_named(name)
    if field is None:
        raise _unknown(name, text[match.start() : match.start() + 60].split(maxsplit=1)[0])
    if text[at] == "(":
        return Lexeme(kind=LexemeKind.OPEN, field=field, name=name.lower()), at + 1
    if text[at] in QUOTES:
        quoted, end = _quoted(text, at)
        return Lexeme(kind=LexemeKind.QUOTED, text=quoted, field=field, name=name.lower()), end
    if field.name == "url" and (address := _ADDRESS.match(text, at)):
        value = _unclosed(address[0])
        kind = LexemeKind.PREFIX if value.endswith("*") else LexemeKind.QUOTED
        return Lexeme(kind=kind, text=value.rstrip("*"), field=field, name="url"), at + len(value)
    bare = _BARE.match(text, at)
    assert bare is not None
    kind, word = _trimmed(bare[0]) if field.kind in {FieldKind.TEXT, FieldKind.NAME} else _trimmed_code(bare[0])
    return Lexeme(kind=kind, text=word, field=field, name=name.lower()), bare.end()


def _unclosed(address: str) -> str:
    """A bracket or comma at the end of a pasted address belongs to the sentence around it."""
    trimmed = address.rstrip(f".,;:!?|{QUOTES}")
    while trimmed.endswith(")") and trimmed.count(")") > trimmed.count("("):
        trimmed = trimmed[:-1]
    return trimmed


def _trimmed_code(raw: str) -> tuple[LexemeKind, str]:
    """In a date or an address every sign may mean something, but for the comma behind it."""
    code = raw.strip(",;")
    return (LexemeKind.PREFIX if code.endswith("*") else LexemeKind.WORD), code.rstrip("*")


def _trimmed(raw: str) -> tuple[LexemeKind, str]:
    """Take off what is no part of a word at both ends; a star right behind it makes it a prefix."""
    first = next((at for at, char in enumerate(raw) if is_word_character(char)), len(raw))
    last = next((at for at in range(len(raw), first, -1) if is_word_character(raw[at - 1])), first)
    return (LexemeKind.PREFIX if raw[last : last + 1] == "*" else LexemeKind.WORD), raw[first:last]


def _unknown(name: str, written: str) -> ConfigurationError:
    near = nearest_field(name)
    hint = f"did you mean {near}:? " if near else ""
    return ConfigurationError(
        f"query: no field {name!r} in {written!r}; {hint}allowed: {field_names()}; to search for the text itself, put it in quotes"
    )
