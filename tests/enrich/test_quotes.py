from __future__ import annotations

import pytest

from pipeline.enrich.entities import EntityEnricher
from pipeline.enrich.quotes import QuoteEnricher
from tests.enrich.articles import make_enriched, seed_story

ENTITIES, QUOTES = EntityEnricher(), QuoteEnricher()


def said(text: str, language: str = "en") -> list[tuple[str, str | None]]:
    """Quotes with their speakers; the offsets must be those of the words."""
    enriched = QUOTES.enrich(ENTITIES.enrich(make_enriched(text, language=language)))
    for one in enriched.quotes:
        assert enriched.article.text[one.start : one.end] == one.text
    return [(one.text, one.speaker) for one in enriched.quotes]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("President Anna Holm met them. “We will not wait,” Holm said.", "en", [("We will not wait", "Anna Holm")]),
        ("“We will not wait,” said President Anna Holm.", "en", [("We will not wait", "Anna Holm")]),
        ("President Anna Holm said: “We will not wait.”", "en", [("We will not wait.", "Anna Holm")]),
        ("According to President Anna Holm, “it was the worst of all days.”", "en", [("it was the worst of all days.", "Anna Holm")]),
        (
            '"We will go!" President Anna Holm said. "Nobody stays here."',
            "en",
            [("We will go!", "Anna Holm"), ("Nobody stays here.", "Anna Holm")],
        ),
        ("President Anna Holm came. “I am very tired,” she said.", "en", [("I am very tired", "Anna Holm")]),
        ("„Wir warten nicht länger“, sagte Ministerin Anna Holm.", "de", [("Wir warten nicht länger", "Anna Holm")]),
        ("Ministerin Anna Holm kam. „Ich bin sehr müde“, sagte sie.", "de", [("Ich bin sehr müde", "Anna Holm")]),
        ("Präsident Jan Petersen sagte: „Das war es für heute.“", "de", [("Das war es für heute.", "Jan Petersen")]),
        ("»Das ist doch unser Hafen«, erklärte Präsident Jan Petersen.", "de", [("Das ist doch unser Hafen", "Jan Petersen")]),
        ("« Nous n’attendrons plus ici », a déclaré le président Jean Dumas.", "fr", [("Nous n’attendrons plus ici", "Jean Dumas")]),
        ("Le président Jean Dumas est venu. « Je suis très fatigué », a-t-il dit.", "fr", [("Je suis très fatigué", "Jean Dumas")]),
        ("Selon le président Jean Dumas, « tout le monde est parti ».", "fr", [("tout le monde est parti", "Jean Dumas")]),
        ("«No vamos a esperar más», dijo el presidente Pedro Ruiz.", "es", [("No vamos a esperar más", "Pedro Ruiz")]),
        ("El presidente Pedro Ruiz aseguró: “No queda nadie en el puerto”.", "es", [("No queda nadie en el puerto", "Pedro Ruiz")]),
        ("«Мы больше не будем ждать», — сказал президент Иван Петров.", "ru", [("Мы больше не будем ждать", "Иван Петров")]),
        ("Президент Иван Петров заявил: «Никто здесь не останется».", "ru", [("Никто здесь не останется", "Иван Петров")]),
        ("Nobody knows. “It was so very quiet.”", "en", [("It was so very quiet.", None)]),
        ("They raised “deep concerns” and called it “constructive”.", "en", []),
        ("「私たちはもう待たない」と市長は述べた。", "ja", [("私たちはもう待たない", None)]),
    ],
)
def test_who_said_what(text: str, language: str, expected: list[tuple[str, str | None]]) -> None:
    """Behind the quote, before it, by a pronoun; a word or two in quotes are none."""
    assert said(text, language) == expected


def test_a_quote_in_a_quote_is_part_of_it() -> None:
    """The outermost marks count."""
    assert said("“He told me ‘no’ and “never again” twice,” President Anna Holm said.") == [
        ("He told me ‘no’ and “never again” twice", "Anna Holm")
    ]
    assert said("« Il a dit “plus jamais” deux fois », a dit le président Jean Dumas.", "fr") == [
        ("Il a dit “plus jamais” deux fois", "Jean Dumas")
    ]


def test_a_quote_goes_on_over_paragraphs() -> None:
    """Each opens it again; who is named once has said it all."""
    text = "“We waited ten years,” President Anna Holm said. “Now we act.\n\n“Nobody will wait again.\n\n“That is all.”\n\nShe left."
    assert {speaker for _, speaker in said(text)} == {"Anna Holm"}
    assert [words for words, _ in said(text)] == ["We waited ten years", "Now we act.", "Nobody will wait again.", "That is all."]


def test_a_quote_over_paragraphs_may_be_signed_at_its_end() -> None:
    """All of it is hers who is named behind the last of them."""
    text = "“We waited here for ten years.\n\n“We asked many times.\n\n“Nobody will wait again,” President Anna Holm said."
    assert [speaker for _, speaker in said(text)] == ["Anna Holm"] * 3


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("„Er sagte ‚nie wieder‘ zu uns allen“, sagte Präsident Jan Petersen.", "de", ["Er sagte ‚nie wieder‘ zu uns allen"]),
        ("»Er sagte ›nie wieder‹ zu uns allen«, sagte Präsident Jan Petersen.", "de", ["Er sagte ›nie wieder‹ zu uns allen"]),
        ("«Nos dijo “nunca más” a todos», dijo el presidente Jan Petersen.", "es", ["Nos dijo “nunca más” a todos"]),
        ("«Он сказал нам „никогда больше“ здесь», — сказал президент Jan Petersen.", "ru", ["Он сказал нам „никогда больше“ здесь"]),
        (
            "„Wir warten hier“, sagte Präsident Jan Petersen. „Jetzt handeln wir hier.“",
            "de",
            ["Wir warten hier", "Jetzt handeln wir hier."],
        ),
        (
            "„Wir warten zehn Jahre“, sagte Präsident Jan Petersen. „Jetzt handeln wir.\n\n„Niemand wartet wieder so lange.“",
            "de",
            ["Wir warten zehn Jahre", "Jetzt handeln wir.", "Niemand wartet wieder so lange."],
        ),
        (
            "« Nous attendons ici, a dit le président Jan Petersen, depuis dix ans. »",
            "fr",
            ["Nous attendons ici, a dit le président Jan Petersen, depuis dix ans."],
        ),
        (
            "« Nous attendons ici », a dit le président Jan Petersen. « Personne ne viendra ici.\n\n« C’est tout pour nous. »",
            "fr",
            ["Nous attendons ici", "Personne ne viendra ici.", "C’est tout pour nous."],
        ),
        (
            "«Llevamos diez años aquí», dijo el presidente Jan Petersen. «Ahora vamos a actuar.\n\n»Nadie va a esperar más».",
            "es",
            ["Llevamos diez años aquí", "Ahora vamos a actuar.", "Nadie va a esperar más"],
        ),
        (
            "«Мы ждали десять лет, — сказал президент Jan Petersen. — Теперь мы будем действовать».",
            "ru",
            ["Мы ждали десять лет, — сказал президент Jan Petersen. — Теперь мы будем действовать"],
        ),
    ],
)
def test_nested_and_continued_quotes_of_other_languages(text: str, language: str, expected: list[str]) -> None:
    """With the marks of each language, and all of them of the one who is named once."""
    assert said(text, language) == [(words, "Jan Petersen") for words in expected]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Le président Jan Petersen est venu. « Nous attendons, disent les marins, depuis dix ans. »", "fr"),
        ("« Paul, notre ami, est parti avec Jan Petersen, hier. »", "fr"),
        ("«Мы ждали, — и это правда. — Всё будет хорошо».", "ru"),
    ],
)
def test_a_clause_inside_that_names_no_speaker(text: str, language: str) -> None:
    """Commas and dashes alone say nothing."""
    assert {speaker for _, speaker in said(text, language)} == {None}


def test_another_speaker_in_the_next_sentence() -> None:
    """What follows a finished quote belongs to the next one."""
    text = (
        "“We waited ten years,” President Anna Holm said.\n\nMayor Bo Larsen said: “It is too late now.”\n\n"
        "“I do not agree at all,” Holm said."
    )
    assert [speaker for _, speaker in said(text)] == ["Anna Holm", "Bo Larsen", "Anna Holm"]


def test_hostile_marks_are_bounded() -> None:
    """Thousands of marks take no time, and no more than 200 quotes come out."""
    assert len(said("“a b c d” " * 3000)) == 200
    assert said("“" * 50_000) == []
    assert said("«" * 20_000 + "»" * 20_000) == []


def test_the_quotes_of_a_copied_page() -> None:
    """Blinken's and Lavrov's words are theirs."""
    enriched = QUOTES.enrich(ENTITIES.enrich(make_enriched(seed_story())))
    by = {one.text[:24]: one.speaker for one in enriched.quotes}
    assert by["We seek a predictable, s"] == "Antony Blinken"
    assert by["We have serious differen"] == "Sergey Lavrov"
    assert by["Our position is very sim"] == "Sergey Lavrov"
    assert by["That Increases the dange"] == "Antony Blinken"
    assert by["We have to proceed all o"] == "Antony Blinken"
