"""The title that most places agree on, without the site's name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.title import MAX_TITLE, NEWS, OTHERS, Weights, choose_title, without_site

SITE = {"harbornews", "harbor"}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Storm hits coast", "Storm hits coast"),
        ("Storm hits coast | Harbor News", "Storm hits coast"),
        ("Storm hits coast - Harbor News", "Storm hits coast"),
        ("Storm hits coast – HARBOR NEWS", "Storm hits coast"),
        ("Storm hits coast|Harbor", "Storm hits coast"),
        ("Storm hits coast :: Harbor News", "Storm hits coast"),
        ("Storm hits coast--Harbor News", "Storm hits coast"),
        ("嵐が来る｜Harbor News", "嵐が来る"),
        ("Storm hits coast - harbornews.com", "Storm hits coast"),
        ("Storm hits coast | Harbor | Harbor News", "Storm hits coast"),
        ("Storm hits coast | ", "Storm hits coast"),
        ("Harbor News | Storm hits coast", "Storm hits coast"),
        ("Harbor News | Storm hits coast | Harbor News", "Storm hits coast"),
        ("Storm hits coast | World | Harbor News", "Storm hits coast"),
        ("Storm hits coast | Around the World | Harbor News", "Storm hits coast | Around the World"),
        ("Storm | World | Harbor News", "Storm | World"),
        ("Storm hits coast | Drink Harbor Online", "Storm hits coast"),
        ("Storm hits coast | Drink from the harbor", "Storm hits coast | Drink from the harbor"),
        ("Storm hits coast | Harbor News | by Ann Lee", "Storm hits coast"),
        ("Storm hits coast | by Ann Lee", "Storm hits coast | by Ann Lee"),
        ("Storm hits coast | Harbor News' Children's Hospital", "Storm hits coast"),
        ("Storm hits coast | The Har Bor Hospital", "Storm hits coast"),
        ("Storm hits coast | har bor Hospital", "Storm hits coast | har bor Hospital"),
        ("Storm hits coast | World | by Ann Lee", "Storm hits coast | World | by Ann Lee"),
        (
            "Storm hits coast - Harbor News - by the sea that rose last night",
            "Storm hits coast - Harbor News - by the sea that rose last night",
        ),
        ("Storm – and its toll", "Storm – and its toll"),
        ("Storm hits: what we know", "Storm hits: what we know"),
        ("Well-known storm", "Well-known storm"),
        ("Harbor reopens after storm", "Harbor reopens after storm"),
        ("Harbor News", "Harbor News"),
        ("| | |", "| | |"),
        ("", ""),
    ],
)
def test_without_site(title: str, expected: str) -> None:
    """Parts at either end that name the site go; parts that say something stay; something always stays."""
    assert without_site(title, SITE) == expected


@pytest.mark.parametrize(
    ("title", "other", "expected"),
    [
        ("Storm hits coast | World | Paper", "Storm hits coast", "Storm hits coast"),
        ("Storm hits coast – and stays", "Storm hits coast", "Storm hits coast"),
        ("Storm hits coast and stays", "Storm hits coast", "Storm hits coast and stays"),
        ("Storm | World", "Storm", "Storm | World"),
        ("Storm hits coast", "Storm hits coast", "Storm hits coast"),
        ("Storm hits coast | World", "storm hits coast", "Storm hits coast | World"),
        ("Weather - Storm hits coast", "Storm hits coast", "Storm hits coast"),
        ("Weather: Storm hits coast", "Storm hits coast", "Weather: Storm hits coast"),
        ("Big Storm hits coast", "Storm hits coast", "Big Storm hits coast"),
        ("Weather - Storm", "Storm", "Weather - Storm"),
        ("Weather - Storm hits coast", "North Sea: Storm hits coast", "Storm hits coast"),
        ("North Sea: Storm hits coast", "Weather - Storm hits coast", "Storm hits coast"),
        ("Harbor town: Storm hits coast", "The harbor: Storm hits coast", "Harbor town: Storm hits coast"),
        ("Weather: Storm", "North Sea: Storm", "Weather: Storm"),
        (
            "Nobody in the whole town slept last night: Storm hits coast",
            "Sea: Storm hits coast",
            "Nobody in the whole town slept last night: Storm hits coast",
        ),
    ],
)
def test_where_another_reading_ends(title: str, other: str, expected: str) -> None:
    """What another reading shows to stand before or after the title goes, if the other is long enough to tell."""
    assert without_site(title, set(), [title, other]) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Storm hits coast | Opinion", "Storm hits coast"),
        ("Storm hits coast | Patient Education | Harbor", "Storm hits coast"),
        ("Storm hits coast | Weather", "Storm hits coast | Weather"),
        ("Storm hits | Opinion", "Storm hits | Opinion"),
    ],
)
def test_sections_of_the_address(title: str, expected: str) -> None:
    """A part at the end that the address has as a folder is a section; a title of two words may be just that."""
    readings = [("og", title)]
    assert choose_title(readings, ["Harbor"], address="/opinion/patient-education/weather")[0] == expected


@pytest.mark.parametrize("signs", [" ⋆", " |", " - ", " • ★"])
def test_ornaments(signs: str) -> None:
    """What stands after the title without saying anything goes; what is part of its last word stays."""
    assert choose_title([("og", f"Storm hits C-{signs}")], [])[0] == "Storm hits C-"
    assert choose_title([("og", "Storm hits « the coast »")], [])[0] == "Storm hits « the coast »"


def test_a_part_of_the_host_names_the_site() -> None:
    """Of a longer word a host is made of; `blog` and `news` are sections of anybody's."""
    for tail, title in {"BigFuture": "Storm hits coast", "blog": "Storm hits coast | blog"}.items():
        assert choose_title([("og", f"Storm hits coast | {tail}")], ["bigfuture.blog.harbor.example"])[0] == title


@pytest.mark.parametrize(("times", "title"), [(4, "Storm takes the roofs"), (2, "h1")])
def test_a_sentence_set_as_a_heading(times: int, title: str) -> None:
    """Beside a title of some words it is no title; alone, or if no longer than titles are, it is."""
    long = " ".join(["The storm that hit the coast last night took the roofs off"] * times)
    readings = [("h1", long), ("meta", "Storm takes the roofs"), ("og", "Storm takes the roofs")]
    assert choose_title(readings[:2] if title == "h1" else readings, [])[0] == (long if title == "h1" else title)
    assert choose_title([("h1", long)], [])[0] == long


def test_capitals() -> None:
    """Of two spellings that say the same the one in capitals is the layout's."""
    assert choose_title([("h1", "STORM HITS COAST"), ("title", "Storm Hits Coast")], [])[0] == "Storm Hits Coast"


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ([], ""),
        ([("h1", "")], ""),
        ([("h1", "ab")], ""),
        ([("h1", "…!?")], ""),
        ([("h1", "abc")], "abc"),
        ([("title", "Harbor News")], ""),
        ([("title", "Harbor News"), ("meta", "Storm hits coast")], "Storm hits coast"),
        ([("json-ld", "Told"), ("h1", "Shown")], "Shown"),
        ([("h1", "Shown"), ("og", "Other"), ("json-ld", "Other")], "Other"),
        ([("h1", "Both"), ("og", "Both"), ("json-ld", "Told")], "Both"),
        ([("og", "Told to others"), ("title", "Sought after it"), ("twitter", "Sought after it")], "Told to others"),
        ([("h1", "Menu"), ("og", "Storm hits the whole coast")], "Storm hits the whole coast"),
        ([("json-ld", "Storm at Harbor hits"), ("feed", "Storm is hitting now")], "Storm is hitting now"),
        ([("og", "Storm’s – toll"), ("h1", "Storm's toll"), ("json-ld", "Other one")], "Storm’s – toll"),
        ([("h1", "Storm's toll"), ("og", "Storm’s – toll"), ("json-ld", "Other one")], "Storm’s – toll"),
        ([("json-ld", "Storm's toll"), ("og", "Storm’s toll"), ("title", "Storm’s toll | Harbor News")], "Storm’s toll"),
        ([("twitter", "Second"), ("meta", "Firsts")], "Firsts"),
        ([("json-ld", "Storm hits"), ("og", "Storm hits | WFA")], "Storm hits"),
        ([("og", "<b>Storm</b> <i class='x'>hits</i> coast")], "Storm hits coast"),
        ([("og", " Storm\u00ad\u200b\n hits\0 ")], "Storm hits"),
    ],
)
def test_choose_title(readings: list[tuple[str, str]], expected: str) -> None:
    """Weights of those that say the same add up, with what length and the site's name do to them; the spelling most places print."""
    assert choose_title(readings, ["Harbor News", "Harbor", "World Future Awards"])[0] == expected


def test_what_was_weighed() -> None:
    """The readings come back as they were compared; where none counts, all of them."""
    assert choose_title([("h1", "Storm | Harbor News"), ("title", "Harbor News"), ("og", "")], ["Harbor News"])[1] == [("h1", "Storm")]
    assert choose_title([("title", "Harbor News"), ("og", "")], ["Harbor News"]) == ("", [("title", "Harbor News")])


@pytest.mark.parametrize(
    ("weights", "address", "expected"),
    [
        (NEWS, "", "Storms explained for beginners"),
        (OTHERS, "", "What storms are and whom they hit"),
        (OTHERS, "/storms-explained-for-beginners", "Storms explained for beginners"),
        (OTHERS, "/%73torms/%65xplained/%66or/%62eginners", "Storms explained for beginners"),
        (NEWS, "/what-storms-are-and-whom-they-hit", "Storms explained for beginners"),
    ],
)
def test_what_is_no_news_is_called_as_it_is_printed(weights: Weights, address: str, expected: str) -> None:
    """Plugins fill JSON-LD with what the title element tells search engines; the address may side with that."""
    sought, printed = "Storms explained for beginners", "What storms are and whom they hit"
    readings = [("json-ld", sought), ("title", f"{sought} - Harbor"), ("og", sought), ("h1", printed)]
    assert choose_title(readings, ["Harbor"], weights=weights, address=address)[0] == expected


@pytest.mark.parametrize("weights", [NEWS, OTHERS])
def test_every_place_has_its_rank(weights: Weights) -> None:
    """A reading alone is believed from whatever place it comes, and every place is known to both."""
    assert weights.places.keys() == NEWS.places.keys()
    for place in weights.places:
        assert choose_title([(place, "Storm hits coast")], [], weights=weights)[0] == "Storm hits coast"


@pytest.mark.timeout(20)
@pytest.mark.parametrize("sign", ["| ", " ", "<", "<a ", "-", " - ", "：", " |", ">", "a: "])
def test_endless(sign: str) -> None:
    """A title of a hundred thousand of one sign is read like any."""
    title, _ = choose_title([("og", "Storm " + sign * 100_000), ("title", sign * 100_000 + "x")], ["Harbor"])
    assert len(title) <= MAX_TITLE


WORDS = st.lists(
    st.sampled_from(["Storm", "hits", "Harbor News", "Harbor", " | ", " - ", "--", "：", "<b>", " ", "|", "\0", "\ud800"]), max_size=10
)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(list(NEWS.places)), st.text(max_size=40) | WORDS.map("".join)), max_size=7),
    st.lists(st.text(max_size=12) | st.just("Harbor News"), max_size=3),
    st.sampled_from([NEWS, OTHERS]),
    st.text(max_size=20),
)
def test_any_readings(readings: list[tuple[str, str]], names: list[str], weights: Weights, address: str) -> None:
    """The title is one of what was weighed, and can be written down; or nothing is."""
    title, weighed = choose_title(readings, names, weights=weights, address=address)
    title.encode()
    assert title == "" or title in [text for _, text in weighed]
