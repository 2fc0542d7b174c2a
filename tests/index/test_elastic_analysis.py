"""What a real node makes of texts with our analysis, against what our own makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

import pytest
from elasticsearch import Elasticsearch

from pipeline.index.analysis import analysed, is_unspaced, key_form
from pipeline.index.elastic_analysis import LANGUAGE_GROUPS, UNSPACED, analysis, language_group
from pipeline.index.elastic_mapping import index_body, properties
from pipeline.index.stemming import STEM_GROUPS, stems

# A word in two forms, for each language that has a stemmer: whoever writes the one finds the other.
FORMS: dict[str, tuple[str, str]] = {
    "ar": ("الكتاب", "كتاب"), "cs": ("volby", "volbami"), "da": ("valget", "valgene"), "de": ("Häuser", "Hauses"),
    "el": ("εκλογές", "εκλογών"), "en": ("elections", "election"), "es": ("naciones", "nación"), "fi": ("talossa", "talosta"),
    "fr": ("marchés", "marché"), "hu": ("választások", "választást"), "it": ("elezioni", "elezione"), "nl": ("verkiezingen", "verkiezing"),
    "no": ("valget", "valgene"), "pl": ("wybory", "wyborach"), "pt": ("governos", "governo"), "ro": ("alegerile", "alegeri"),
    "ru": ("выборы", "выборов"), "sv": ("valet", "valets"), "ta": ("மரங்கள்", "மரங்களை"), "tr": ("seçimler", "seçimlerde"),
    "uk": ("вибори", "виборах"),
}  # fmt: skip
# A word that says nothing of what a text is about, for each language that has a list of them.
GRAMMAR: dict[str, str] = {
    "ar": "في", "cs": "jsem", "da": "og", "de": "und", "el": "και", "en": "the", "es": "que", "fi": "ovat", "fr": "les", "hu": "hogy",
    "it": "che", "nl": "het", "no": "og", "pl": "się", "pt": "uma", "ro": "este", "ru": "что", "sv": "och", "tr": "ve", "uk": "що",
}  # fmt: skip
# A word with signs that many leave out when they type it.
ACCENTS: dict[str, tuple[str, str]] = {
    "ar": ("إسكندرية", "اسكندريه"), "cs": ("Řeka", "reka"), "da": ("Påske", "paske"), "de": ("Häuser", "hauser"),
    "el": ("Εκλογές", "εκλογεσ"), "en": ("naïve", "naive"), "es": ("Nación", "nacion"), "fi": ("Päivä", "paiva"),
    "fr": ("Élève", "eleve"), "hu": ("Választás", "valasztas"), "it": ("Città", "citta"), "nl": ("Coördinatie", "coordinatie"),
    "no": ("Gjør", "gjor"), "pl": ("Łódź", "lodz"), "pt": ("Eleição", "eleicao"), "ro": ("Alegători", "alegatori"),
    "ru": ("Ещё", "еще"), "sv": ("Får", "far"), "tr": ("Seçim", "secim"),
}  # fmt: skip
# Words that have become everybody's, and what both stemmers make of a few that they differ in. The embedded index has Snowball 3, whose
# German and Swedish take off -et and German -in, whose English knows -ational, and whose Dutch is another algorithm than before;
# Lucene has Snowball 2.
LOANS = (
    "market", "markets", "marketing", "budget", "internet", "planet", "minister", "system", "systems", "interesse", "general", "nation",
    "national", "international",
)  # fmt: skip
DIFFER: dict[str, dict[str, tuple[str, str]]] = {
    "de": {"budget": ("budg", "budget"), "market": ("mark", "market"), "markets": ("mark", "market"), "werdet": ("werd", "werdet")},
    "en": {"international": ("internat", "intern")},
    "sv": {"litet": ("lit", "litet"), "planet": ("plan", "planet"), "valet": ("val", "valet"), "valets": ("val", "valet")},
}
OTHER_ALGORITHM = "nl"
TEXTS = (
    "Élections à Zürich: O’Brien’s well-known Łódź, Straße & smørrebrød!",
    "naïve cafe\u0301 co\u00adop e_mail 3,5 1٢ x",
    "Россия ещё ЖДЁТ итогов",
    "東京都知事選挙 iPhone発売の日 ＡＢＣ",
    "الانتخابات الرئاسيّة في إسكندرية",
    "การเลือกตั้ง ที่กรุงเทพ",
    "ΕΚΛΟΓΈΣ στην Αθήνα",
    "ﬁn שָׁלוֹם হাতি தேர்தல்",
    "a" * 100 + " " + "ä" * 70,
    "",
    "...",
)

pytestmark = pytest.mark.xdist_group("elasticsearch")


@pytest.fixture(scope="module")
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    """A client of a cluster that has an empty index for each analysis asked for."""
    with Elasticsearch([elasticsearch_url]) as opened:
        yield opened
        for name in opened.indices.get(index="test-analysis-*").body:
            opened.indices.delete(index=name)


def tokens(client: Elasticsearch, group: str, analyzer: str, text: str) -> list[str]:
    """What the node makes of a text."""
    index = f"test-analysis-{group}"
    if not client.indices.exists(index=index):
        client.indices.create(index=index, settings={"analysis": analysis(group), "number_of_replicas": 0})
    kind = {"normalizer": analyzer} if analyzer == "name" else {"analyzer": analyzer}
    return [token["token"] for token in client.indices.analyze(index=index, text=text, **kind).body["tokens"]]


@pytest.mark.parametrize("text", TEXTS)
def test_exact_words_are_those_of_our_own_analysis(client: Elasticsearch, text: str) -> None:
    """But for scripts without spaces, where a word is one character and not a pair of them."""
    ours = [word[:1] if is_unspaced(word) else word for word in analysed(text)[0]]
    assert tokens(client, "other", "exact", text) == ours


@pytest.mark.parametrize("group", sorted(FORMS))
def test_forms_of_a_word_are_one(client: Elasticsearch, group: str) -> None:
    """In each of the languages; and our own stemmer agrees that they are."""
    one, other = FORMS[group]
    assert tokens(client, group, "text", one) == tokens(client, group, "text", other)
    assert stems([one.lower()], group) == stems([other.lower()], group)


def words_of(group: str) -> list[str]:
    """Some hundreds of words of a language: grammar and sentences that spaCy brings along, forms, loans."""
    folder = f"spacy.lang.{'nb' if group == 'no' else group}"
    grammar = import_module(f"{folder}.stop_words").STOP_WORDS
    said = analysed(" ".join(import_module(f"{folder}.examples").sentences))[1]
    single = {*grammar, *said, *FORMS[group], *LOANS}
    return sorted(word for word in single if analysed(word)[1] == [word])


@pytest.mark.parametrize("group", sorted(FORMS))
def test_stems_are_those_of_our_own(client: Elasticsearch, group: str) -> None:
    """Word for word, but for those that are known to differ; of Dutch two thirds are the same."""
    words = words_of(group)
    ours = dict(zip(words, (stem.split(":", 1)[1] for stem in stems(words, group)), strict=True))
    theirs = dict(zip(words, tokens(client, group, "text", " ".join(words)), strict=True))
    found = {word: (ours[word], theirs[word]) for word in words if ours[word] != theirs[word]}
    assert len(words) > 200
    if group == OTHER_ALGORITHM:
        assert 0 < len(found) < len(words) / 3
    else:
        assert found == DIFFER.get(group, {})


def test_every_group_with_a_stemmer_is_tried() -> None:
    """At least twenty languages."""
    assert set(FORMS) == set(STEM_GROUPS)
    assert len(FORMS) >= 20


@pytest.mark.parametrize("group", LANGUAGE_GROUPS)
def test_every_analysis_is_taken_by_the_server(client: Elasticsearch, group: str) -> None:
    """And keeps the case where it is asked to."""
    assert tokens(client, group, "cased", "Apple-Pie") == ["Apple", "Pie"]
    assert tokens(client, group, "exact", "Apple-Pie") == ["apple", "pie"]


@pytest.mark.parametrize("group", sorted(GRAMMAR))
def test_stop_words_are_left_out_of_topics_only(client: Elasticsearch, group: str) -> None:
    """The Who are searched for; likeness does without the. In twenty languages."""
    word, other = GRAMMAR[group], FORMS[group][0]
    assert tokens(client, group, "topics", f"{word} {other}") == tokens(client, group, "text", other)
    assert len(tokens(client, group, "text", f"{word} {other}")) == 2
    assert tokens(client, group, "exact", word) == analysed(word)[0]
    assert len(GRAMMAR) == 20


@pytest.mark.parametrize("group", sorted(ACCENTS))
def test_accents_need_not_be_typed(client: Elasticsearch, group: str) -> None:
    """In the exact form of every language, and as our own analysis has it; the cased form keeps them."""
    written, typed = ACCENTS[group]
    assert tokens(client, group, "exact", written) == tokens(client, group, "exact", typed) == [typed] == analysed(written)[0]
    assert tokens(client, group, "cased", written) == [written]


def test_pairs_of_characters_are_what_phrases_of_unspaced_scripts_ask() -> None:
    """The engine lays neighbours down as one term beside each character, in the index of such scripts alone."""
    for group in LANGUAGE_GROUPS:
        for zone in ("title", "body", "rest"):
            assert properties(group)[zone]["fields"]["exact"].get("index_phrases", False) is (group == UNSPACED)


def test_pairs_are_found(client: Elasticsearch) -> None:
    """Any two neighbours, wherever words begin; not two that stand apart, and not the other way round."""
    index = f"test-analysis-{UNSPACED}-pairs"
    client.indices.create(index=index, **index_body(UNSPACED))
    client.index(index=index, id="1", document={"title": "東京都知事選挙"}, refresh=True)
    asked = ("京都", "都知事", "東都", "京東")
    found = {text: client.count(index=index, query={"match_phrase": {"title.exact": text}}).body["count"] for text in asked}
    assert found == {"京都": 1, "都知事": 1, "東都": 0, "京東": 0}


@pytest.mark.parametrize("name", ["  Antony   Blinken ", "La_Costa", "Łódź  ÉTÉ", "ЁЛКА"])
def test_names_are_folded_as_ours_are(client: Elasticsearch, name: str) -> None:
    """A whole name is one term."""
    assert tokens(client, "other", "name", name) == [key_form(name)]


GROUPS = {
    "de": "de", "pt-BR": "pt", "nb": "no", "sk": "cs", "ja": UNSPACED, "zh-Hant": UNSPACED, "th": UNSPACED, "und": "other", "vi": "other",
}  # fmt: skip


@pytest.mark.parametrize("language", GROUPS)
def test_languages_have_groups(language: str) -> None:
    """By the first part of the tag."""
    assert language_group(language) == GROUPS[language]
