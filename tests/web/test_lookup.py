"""From parameters to hits."""

from __future__ import annotations

import pytest

from pipeline.errors import ConfigurationError, RetryableError
from pipeline.index.query import FACETS, Sort
from pipeline.web.front import Front
from pipeline.web.lookup import FACET_SIZE, Misasked, look_up, suggestions
from tests.web.front_desk import ShelfIndex, cursor_behind, desk_of, document, refusing


def front(*documents: str, **others: object) -> tuple[Front, ShelfIndex]:
    index = ShelfIndex(document(number, title=title) for number, title in enumerate(documents))
    return Front(desk_of(index, **others)), index


def test_what_is_asked_of_the_index() -> None:
    """Size, cursor and all facets are passed on; the order follows the query."""
    made, index = front("a ferry", "a ferry", "a ferry")
    found = look_up(made, {"q": "ferry", "size": "1", "cursor": cursor_behind(1)})
    assert [hit.document["title"] for hit in found.page.hits] == ["a ferry"]
    (asked,) = index.asked
    assert (asked.size, asked.cursor, asked.sort, asked.facets, asked.facet_size) == (
        1,
        cursor_behind(1),
        Sort.RELEVANCE,
        FACETS,
        FACET_SIZE,
    )


@pytest.mark.parametrize("params", [{"q": "sorce:x"}, {"q": "date:never"}, {"size": "0"}, {"cursor": "nonsense"}])
def test_the_askers_mistakes_are_told_apart(params: dict[str, str]) -> None:
    """A wrong query, parameter or cursor is 400 with the reason, whoever noticed it."""
    with pytest.raises(Misasked) as refused:
        look_up(front("x")[0], params)
    assert refused.value.status_code == 400
    assert refused.value.detail


def test_a_wrong_query_is_told_even_while_the_index_is_down() -> None:
    """The text is read before anything is opened."""
    with pytest.raises(Misasked):
        look_up(front(open_index=refusing(RetryableError("down")))[0], {"q": "sorce:x"})


def test_the_operators_mistakes_are_not_the_askers() -> None:
    """An index that cannot be opened until somebody changes a setting is no bad request."""
    with pytest.raises(ConfigurationError):
        look_up(front(open_index=refusing(ConfigurationError("index_url: wrong")))[0], {"q": "x"})


def test_suggestions_find_something() -> None:
    """Only wider queries with hits are offered, with their number."""
    made, _ = front("quay", "quay", "other")
    assert [(one.change, one.count) for one in suggestions(made, "quay strike")] == [("any of these words", 2)]


def test_suggestions_that_cannot_be_read_are_left_out() -> None:
    """A cut at the wrong seam costs a suggestion, not the page."""

    def parse(text: str, *, now: object) -> object:
        raise ConfigurationError("no")

    assert suggestions(front("x", parse=parse)[0], "harbour strike") == ()
