"""Who signed: people, agencies and houses told apart."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.clean.people import MAX_AUTHORS, MAX_NAME, Byline, is_person, person_key, read_byline, split_names
from pipeline.clean.phrases import PhraseBook

BOOK = PhraseBook()
ENGLISH = BOOK.of("en")


def read(*texts: str, language: str = "en", site: str = "Harbor News") -> Byline:
    return read_byline(texts, BOOK.of(language), [site])


@pytest.mark.parametrize(
    ("text", "people", "agencies"),
    [
        ("Jane Doe", ["Jane Doe"], []),
        ("By Jane Doe", ["Jane Doe"], []),
        ("BY: Jane Doe", ["Jane Doe"], []),
        ("Byron Smith", ["Byron Smith"], []),
        ("Jane Doe and John Roe", ["Jane Doe", "John Roe"], []),
        ("By Jane Doe, John Roe & Ana Li", ["Jane Doe", "John Roe", "Ana Li"], []),
        ("Jane Doe; John Roe / Ana Li", ["Jane Doe", "John Roe", "Ana Li"], []),
        ("Jane Doe (in Cairo) and John Roe [photos]", ["Jane Doe", "John Roe"], []),
        ("Jean-Luc Picard", ["Jean-Luc Picard"], []),
        ("J. K. O’Brien", ["J. K. O’Brien"], []),
        ("Ananda", ["Ananda"], []),
        ("Jane Doe, Associated Press", ["Jane Doe"], ["AP"]),
        ("Jane Doe | Reuters", ["Jane Doe"], ["Reuters"]),
        ("AFP and Jane Doe", ["Jane Doe"], ["AFP"]),
        ("Reuters", [], ["Reuters"]),
        ("Reuters, AFP, Reuters", [], ["Reuters", "AFP"]),
        ("Jane Doe and JANE DOE", ["Jane Doe"], []),
        ("Jane Doe | Harbor News", ["Jane Doe"], []),
        ("Jane\u200b\u00a0 Doe\0", ["Jane Doe"], []),
        ("Jane Doe, Political Editor", ["Jane Doe"], []),
        ("Jane Doe – London", ["Jane Doe"], []),
        ("By Jane Doe in London and Paris", ["Jane Doe"], []),
        ("By Jane Doe in the cold", [], []),
        ("By Jane Doe ⋅ Review Editor ⋅ Updated November 18, 2025", ["Jane Doe"], []),
        ("By Jane Doe Updated on February 16, 2026", ["Jane Doe"], []),
        ("By Jane Doe Last Updated: March 5, 2025", ["Jane Doe"], []),
        ("By Updated on July 9, 2025", [], []),
        ("Jane Doe, John Roe, and Ana Li", ["Jane Doe", "John Roe", "Ana Li"], []),
        ("Jane Doe, M.D. FACLM", ["Jane Doe"], []),
        ("Jane Doe, MS, RDN", ["Jane Doe"], []),
        ("Posted by Jane at December 16, 2025 11:15 AM", ["Jane"], []),
        ("By Jane Doe | Mar 11, 2023 | Harbor Walks, Storm Signs", ["Jane Doe"], []),
        ("By Jane Doe · 3 comments", ["Jane Doe"], []),
        ("By Jane Doe ● 6 min read", ["Jane Doe"], []),
        ("By Amanda · 3 comments", ["Amanda"], []),
        ("By Linny and Peter", ["Linny", "Peter"], []),
        ("By Amanda, Zürich", ["Amanda"], []),
        ("By TPN, Business", [], []),
        ("Amanda, Zürich", [], []),
        ("Sat, 20 Dec, 2025 - 06:36 Jane Doe", [], []),
        ("Dec 17, 2025Jane Doe", ["Jane Doe"], []),
        ("17.12.2025 | Jane Doe", ["Jane Doe"], []),
        ("Jane Doe 17 December 2025, 20:59", ["Jane Doe"], []),
        ("Ludwig van der Berg", ["Ludwig van der Berg"], []),
        ("View more posts", [], []),
        ("Jane Doe, AI at Work", ["Jane Doe"], []),
        ("jane-doe", [], []),
        ("jane_doe7", [], []),
        ("Jane Doe, Zürich", ["Jane Doe"], []),
        ("Jane Doe, Chief Economist", ["Jane Doe"], []),
    ],
)
def test_bylines(text: str, people: list[str], agencies: list[str]) -> None:
    """People in their order, each once; agencies by the names they are known by."""
    byline = read(text)
    assert (list(byline.people), list(byline.agencies)) == (people, agencies)


@pytest.mark.parametrize(
    ("text", "language", "people", "agencies"),
    [
        ("Von Anna Müller und Jörg Groß", "de", ["Anna Müller", "Jörg Groß"], []),
        ("Anna Müller, dpa", "de", ["Anna Müller"], ["dpa"]),
        ("Par Anne Roux et Luc Blanc", "fr", ["Anne Roux", "Luc Blanc"], []),
        ("Por Ana Gil y Luis Paz", "es", ["Ana Gil", "Luis Paz"], []),
        ("山田太郎、鈴木一郎", "ja", ["山田太郎", "鈴木一郎"], []),
        ("共同通信", "ja", [], ["Kyodo"]),
    ],
)
def test_languages(text: str, language: str, people: list[str], agencies: list[str]) -> None:
    """`By` and `and` as the language says them."""
    byline = read(text, language=language)
    assert (list(byline.people), list(byline.agencies)) == (people, agencies)


@pytest.mark.parametrize(
    "text",
    [
        "Staff",
        "Newsroom",
        "Harbor News",
        "The Harbor News Team",
        "harbornews",
        "R2 D2",
        "jane@paper.example",
        "paper.com",
        "X",
        "",
        "By",
        "1",
        "—",
    ],
)
def test_nobody(text: str) -> None:
    """Newsrooms, the site itself, addresses and what holds digits are no people."""
    assert read(text).people == ()


@pytest.mark.parametrize("text", ["https://paper.example/jane", "http://x", "www.paper.example/jane", "see www.paper.example", "@jane"])
def test_addresses(text: str) -> None:
    """An address signs nothing, not even for a house."""
    assert read(text) == Byline()


def test_houses() -> None:
    """What is neither a person nor an agency is kept, each once, in order."""
    assert read("Newsroom", "Jane Doe, Harbor News", "Newsroom").houses == ("Newsroom", "Harbor News")


@pytest.mark.parametrize(("name", "people"), [("Jane Doe, HN Coast", ("Jane Doe",)), ("Jane Doe, John Hnas", ("Jane Doe", "John Hnas"))])
def test_a_short_name_of_a_house_is_a_word(name: str, people: tuple[str, ...]) -> None:
    """Two or three letters mean the house only where they stand alone."""
    assert read(name, site="HN").people == people


def test_roles_after_a_korean_name() -> None:
    """They go; those of agencies and houses make no person of these."""
    assert read("신현주 기자", language="ko") == Byline(people=("신현주",))
    assert read("연합뉴스 기자", language="ko").people == ()


def test_texts_add_up() -> None:
    """Several fields are read as one list."""
    assert read("Jane Doe", "By John Roe", "jane doe", "dpa") == Byline(people=("Jane Doe", "John Roe"), agencies=("dpa",))


def test_split_names() -> None:
    """Parts without the signs around them and without brackets, cut at the language's joiners between names."""
    assert split_names("By Jane Doe (Cairo) with Ana Li.; «Bo»", ENGLISH) == ["Jane Doe", "Ana Li", "Bo"]
    assert split_names("Anderson Band", ENGLISH) == ["Anderson Band"]
    assert split_names("", ENGLISH) == [""]


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Jane Doe", True),
        ("a" * MAX_NAME, True),
        ("a" * (MAX_NAME + 1), False),
        ("One Two Three Four Five Six", True),
        ("One Two Three Four Five Six Seven", False),
        ("jane doe", True),
        ("Conan O’Brien d’Arc al-Amin", True),
        ("Walking along", False),
        ("Harbor Ltd", False),
        ("Jane 2", False),
        ("Jane.Doe@x", False),
        ("Jane Staff", False),
        ("x", False),
        ("李", False),
        ("李四", True),
        ("", False),
    ],
)
def test_is_person(name: str, person: bool) -> None:
    """Letters, few words, no word that newsrooms sign with."""
    assert is_person(name, ENGLISH) is person


def test_the_site_is_no_person() -> None:
    """The house's bare name, alone or within; a very short one is not looked for within others."""
    assert not is_person("Harbor News", ENGLISH, ["harbornews"])
    assert not is_person("Harbor-News Herring", ENGLISH, ["harbornews"])
    assert is_person("Tazio Nuvolari", ENGLISH, ["taz"])
    assert not is_person("taz", ENGLISH, ["taz"])


def test_bounds() -> None:
    """However many sign, so many are kept, and a name is no longer than a name."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = [f"{one}{other}a Doe{one}" for one in letters for other in "aeiou"]
    assert len(read(*names).people) == MAX_AUTHORS
    assert len(read(", ".join(names)).people) <= MAX_AUTHORS
    assert read("Jane Doe, " * 100_000).people == ("Jane Doe",)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("sign", [",", "and ", "(", "[", "By ", "a-", " – ", " ", "&", ".com", "www", "(a", "・"])
def test_endless(sign: str) -> None:
    """A byline of a hundred thousand of one sign is read like any."""
    assert len(read(sign * 100_000).people) <= 1


PIECES = ["By ", "Jane", "Doe", " and ", ", ", "Reuters", "(", ")", "@", "www.", "Harbor News", "・", "\ud800", "\0", "1", " - "]
NAMES = st.lists(st.sampled_from(PIECES), max_size=12)


@settings(deadline=None)
@given(st.lists(st.text(max_size=40) | NAMES.map("".join), max_size=3))
def test_any_byline(texts: list[str]) -> None:
    """Whoever signs, names can be written down, hold no digits, and are nobody's twice."""
    byline = read(*texts)
    for name in byline.people:
        name.encode()
        assert 0 < len(name) <= MAX_NAME
        assert not any(letter.isdigit() for letter in name)
    assert len({name.casefold() for name in byline.people}) == len(byline.people)


@pytest.mark.parametrize(
    ("name", "other", "same"),
    [
        ("Dr. Jane Doe", "Jane Doe", True),
        ("Prof. Dr. Jane Doe", "jane doe", True),
        ("Jane Doe PhD", "Jane Doe", True),
        ("Jane Doe MD RDN", "Jane Doe", True),
        ("JANE DOE", "Jane Doe", True),
        ("Dr. Doe", "Doe", False),
        ("Jane ROE", "Jane", False),
        ("Drew Doe", "Doe", False),
    ],
)
def test_the_same_person(name: str, other: str, same: bool) -> None:
    """Titles and degrees make nobody another, and of a name of two words nothing is left out."""
    assert (person_key(name) == person_key(other)) is same
