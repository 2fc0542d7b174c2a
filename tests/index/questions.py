"""Strategies for query texts: sensible ones, and whatever a keyboard can produce."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.index.documents import LANGUAGES, NAMES, WORDS

_word = st.sampled_from((*WORDS, "mark", "blinken", "costa", "arctic", "京", "zu"))
_phrase = st.lists(_word, min_size=1, max_size=3).map(lambda words: '"' + " ".join(words) + '"')
_leaf = st.one_of(
    _word,
    _phrase,
    _word.map(lambda word: f"{word}*"),
    st.tuples(st.sampled_from(("title", "body")), st.one_of(_word, _phrase)).map(":".join),
    st.tuples(st.sampled_from(("person", "source")), st.one_of(_word, st.sampled_from(NAMES).map('"{}"'.format))).map(":".join),
    st.sampled_from(LANGUAGES).map("language:{}".format),
    st.sampled_from(
        (
            "as_of:2026-11-20T13:00Z",
            "as_of:2026-11-20T12:05Z",
            "revisions:all",
            "date:2026-11-20",
            "after:2026-11-21",
            "before:1970",
            "date:2026-11-20T12:00:00.2Z..2026-11-20T12:00:01Z",
            "since:3d",
        )
    ),
)


def sensible_texts() -> st.SearchStrategy[str]:
    """Well-formed queries over the words of `documents.py`."""
    return st.recursive(
        _leaf,
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(" ".join),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({' OR '.join(parts)})"),
            inner.map(lambda part: f"-({part})"),
        ),
        max_leaves=6,
    )


def any_text() -> st.SearchStrategy[str]:
    """Text with far too many signs that mean something."""
    signs = st.sampled_from(
        ('"', "„", "»", "(", ")", "-", "|", " OR ", " AND ", " NOT ", "*", ":", " ", "title:", "person:", "url:", "date:", "since:", "id:",
         "language:", "http://a.example/(b)", "2026-11", "..", "7d", "東京", "é", "\\", "'s", "a", "bc", "\ud800", "\x00", "_", "１")
    )  # fmt: skip
    return st.one_of(st.text(max_size=40), st.lists(st.one_of(signs, st.text(max_size=3)), max_size=25).map("".join))
