from __future__ import annotations

from pipeline.index.likeness import MOST_WORDS, like_query
from pipeline.index.printing import to_text
from tests.index.documents import document


def test_title_keywords_and_names_make_articles_alike() -> None:
    """Any of their words, in the same language, and not the article itself."""
    given = document("x", title="The oil of Łódź", keywords=["crude oil"], people=["Jane Doe"], language="pt-BR")
    query = like_query(given)
    assert query is not None
    assert to_text(query) == f'(lodz OR crude OR jane) language:"pt" -id:"{given["article_id"]}"'


def test_words_are_bounded_and_may_be_none() -> None:
    """A title of very many words asks for the first ones; one of none asks nothing."""
    long = like_query(document("x", title=" ".join(f"word{at}" for at in range(99))))
    assert long is not None
    assert to_text(long).count("word") == MOST_WORDS
    assert like_query(document("x", title="", people=["J. D."])) is None
