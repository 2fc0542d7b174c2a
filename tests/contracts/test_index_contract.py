"""What every `ArticleIndex` does alike: which documents are found, never in which order relevance puts them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ConfigurationError
from pipeline.index import open_index
from pipeline.index.document import ArticleDocument
from pipeline.index.parser import parse_query
from pipeline.index.query import FACETS, Everything, FacetCount, Fragment, SearchRequest, Sort
from pipeline.ports import ArticleIndex
from pipeline.revising import taken_down
from pipeline.standing import Change, Revision, TakenDown
from pipeline.types import VECTOR_SIZE, ArchivePointer, ArticleId, Digest
from tests.fakes_index import InMemoryIndex
from tests.index.clusters import empty_elastic
from tests.index.documents import document

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)

NEWS: dict[str, dict[str, Any]] = {
    "reykjavik": {
        "title": "Blinken meets Lavrov",
        "body": "Top diplomats from the United States and Russia met on the sidelines of the Arctic Council.",
        "people": ["Antony Blinken", "Sergey Lavrov"],
        "organisations": ["Arctic Council"],
        "places": ["Reykjavik", "Russia"],
        "authors": ["Jane Doe"],
        "agency": "Voice of America",
        "section": "World",
        "tags": ["diplomacy"],
        "keywords": ["arctic"],
        "captions": [{"text": "The harbour at dusk", "credit": "Pool"}],
        "@timestamp": "2026-11-20T10:00:00Z",
        "source": "Wire",
        "feed_id": "wire-world",
        "country": "US",
    },
    "oil": {
        "title": "Oil prices rise",
        "body": "Markets expect the well-known cartel to cut oil output. Russia’s exports fell by 5 percent.",
        "source": "La Costa",
        "feed_id": "la-costa",
        "section": "Business",
        "@timestamp": "2026-11-21T00:00:00Z",
        "url": "https://costa.example/oil?id=7",
        "url_keys": ["https://costa.example/oil?id=7", "https://m.costa.example/oil"],
    },
    "zurich": {
        "title": "Wahlen in Zürich",
        "body": "Die Häuser an der Straße waren geschmückt, als die Wahllokale öffneten.",
        "language": "de",
        "country": "CH",
        "source": "Blatt",
        "@timestamp": "2026-11-22T08:00:00.500000Z",
    },
    "madrid": {
        "title": "Elecciones",
        "body": "Las naciones celebraron la elección presidencial.",
        "language": "es",
        "country": "ES",
        "source": "La Costa",
    },
    "paris": {"title": "Les étudiants", "body": "Les marchés ont réagi, l’été fut long.", "language": "fr-CA", "country": "FR"},
    "moscow": {"title": "Выборы", "body": "Россия ещё ждёт итогов выборов.", "language": "ru", "country": "RU"},
    "warsaw": {"title": "Łódź głosuje", "body": "Frekwencja w wyborach była wysoka.", "language": "pl", "country": "PL"},
    "tokyo": {"title": "東京都知事選挙", "body": "iPhone発売の日、京都でも雨だった。", "language": "ja", "country": "JP"},
    "cairo": {"title": "أخبار", "body": "وقعت الحادثة في إسكندرية", "language": "ar", "country": "EG"},
    "hidden": {"title": "Blinken oil Wahlen", "body": "Not to be found by anyone.", "noindex": True},
}  # fmt: skip


def news() -> list[ArticleDocument]:
    """The documents of NEWS."""
    return [document(name, **changes) for name, changes in NEWS.items()]


def name_of(article_id: str) -> str:
    """The name in NEWS that an article id was made of."""
    return next(name for name in NEWS if document(name)["article_id"] == article_id)


def id_of(name: str) -> ArticleId:
    """The article id made of a name."""
    return ArticleId(document(name)["article_id"])


def fill(index: ArticleIndex) -> ArticleIndex:
    """Put the news into an index."""
    index.prepare()
    assert index.upsert(news()) == {}
    index.refresh()
    return index


INDEXES: dict[str, Callable[[Path], ArticleIndex]] = {
    "embedded": lambda folder: open_index(f"embedded://{folder / 'index'}"),
    "memory": lambda _folder: InMemoryIndex(),
}
BACKENDS = [*sorted(INDEXES), pytest.param("elasticsearch", marks=pytest.mark.xdist_group("elasticsearch"))]


def opened(request: pytest.FixtureRequest, folder: Path, name: str) -> ArticleIndex:
    """An empty index of the backend that is this parameter."""
    if request.param in INDEXES:
        return INDEXES[request.param](folder)
    return empty_elastic(request.getfixturevalue("elasticsearch_url"), f"test-{name}")


@pytest.fixture(params=BACKENDS)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ArticleIndex]:
    """An empty index, for one test."""
    found = opened(request, tmp_path, "one")
    yield found
    found.close()


@pytest.fixture
def filled(index: ArticleIndex) -> ArticleIndex:
    """The news, for a test that changes them."""
    return fill(index)


@pytest.fixture(scope="module", params=BACKENDS)
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArticleIndex]:
    """The news, for all tests that only read."""
    found = fill(opened(request, tmp_path_factory.mktemp("library"), "library"))
    yield found
    found.close()


ALIKE = [document(f"{at}", title="market oil"[: 6 + at % 2 * 4], source="Wire") for at in range(23)]


@pytest.fixture(scope="module", params=BACKENDS)
def alike(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArticleIndex]:
    """Documents of which many are equally good and equally old."""
    found = opened(request, tmp_path_factory.mktemp("alike"), "alike")
    found.prepare()
    found.upsert(ALIKE[:12])
    found.upsert(ALIKE[12:])
    found.refresh()
    yield found
    found.close()


class TestIndexContract:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("blinken", {"reykjavik"}),
            ("BLINKEN lavrov", {"reykjavik"}),
            ("blinken oil", set()),
            ("diplomat", {"reykjavik"}),  # English stem
            ("market", {"oil"}),
            ("harbour", {"reykjavik"}),  # a caption
            ("doe", {"reykjavik"}),  # an author
            ("diplomacy", {"reykjavik"}),  # a tag
            ("costa", {"oil", "madrid"}),  # a source
            ("wahl", {"zurich"}),  # German
            ("haus strasse", {"zurich"}),
            ("nacion", {"madrid"}),  # Spanish
            ("elección", {"madrid"}),
            ("marché", {"paris"}),  # French, of Canada
            ("ete", {"paris"}),
            ("выбор", {"moscow"}),  # Russian
            ("еще", {"moscow"}),
            ("wybory", {"warsaw"}),  # Polish
            ("lodz", {"warsaw"}),
            ("zurich", {"zurich"}),
            ("Zürich", {"zurich"}),
            ("京都", {"tokyo"}),  # across what a dictionary would call words: 東|京都 and 東京|都
            ("東京", {"tokyo"}),
            ("選", {"tokyo"}),
            ("iphone", {"tokyo"}),
            ("iPhone発売", {"tokyo"}),
            ("東京雨", set()),
            ("اسكندرية", {"cairo"}),  # alef written plainly
            ("Russia's", {"oil", "reykjavik"}),
            ("well-known", {"oil"}),
            ("known-well", set()),
            ("nosuchword", set()),
        ],
    )
    def test_words(self, library: ArticleIndex, text: str, names: set[str]) -> None:
        """A word is found in title, body and the rest, folded, and stemmed in the document's own language."""
        assert self.names(library, text) == names

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ('"arctic council"', {"reykjavik"}),
            ('"council arctic"', set()),
            ('"market"', set()),  # quotes: no stem
            ('"markets"', {"oil"}),
            ('"harbour at dusk"', {"reykjavik"}),
            ('"Pool Jane"', set()),  # never across two texts
            ('"an der strasse"', {"zurich"}),
            ('"発売の日"', {"tokyo"}),
            ("„Las naciones“", {"madrid"}),
        ],
    )
    def test_phrases(self, library: ArticleIndex, text: str, names: set[str]) -> None:
        """A phrase is its words in their order, folded and not stemmed."""
        assert self.names(library, text) == names

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("costa -oil", {"madrid"}),
            ("-language:en", {"zurich", "madrid", "paris", "moscow", "warsaw", "tokyo", "cairo"}),
            ("wahl OR wybory", {"zurich", "warsaw"}),
            ("wahl | wybory | выборы", {"zurich", "warsaw", "moscow"}),
            ("costa (oil OR elecciones)", {"oil", "madrid"}),
            ("costa -(oil OR elecciones)", set()),
            ("blinken AND lavrov OR oil", {"reykjavik", "oil"}),
            ("-blinken -oil language:en", set()),
            ("wahl OR -language:en", {"zurich", "madrid", "paris", "moscow", "warsaw", "tokyo", "cairo"}),
        ],
    )
    def test_operators(self, library: ArticleIndex, text: str, names: set[str]) -> None:
        """Not, or, and, and parentheses mean what they say."""
        assert self.names(library, text) == names

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("diplo*", {"reykjavik"}),
            ("zür*", {"zurich"}),
            ("WAHL*", {"zurich"}),
            ("well-kno*", {"oil"}),
            ("東*", {"tokyo"}),
            ("person:blin*", {"reykjavik"}),
            ("feed:la-*", {"oil"}),
            ("url:https://costa.example/*", {"oil"}),
            ("url:costa.example/o*", {"oil"}),
            ("xyz*", set()),
        ],
    )
    def test_prefixes(self, library: ArticleIndex, text: str, names: set[str]) -> None:
        """A star finds words that begin so, folded."""
        assert self.names(library, text) == names

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("title:oil", {"oil"}),
            ("body:blinken", set()),
            ('title:"oil prices"', {"oil"}),
            ("title:(blinken OR wahlen)", {"reykjavik", "zurich"}),
            ("title:wahl*", {"zurich"}),
            ('source:"la costa"', {"oil", "madrid"}),
            ('source:"costa"', set()),  # quotes: the whole name
            ("source:costa", {"oil", "madrid"}),
            ("feed:wire-world", {"reykjavik"}),
            ("language:DE", {"zurich"}),
            ("language:fr", {"paris"}),
            ("language:fr-CA", {"paris"}),
            ("language:fr-FR", set()),
            ("country:us", {"reykjavik"}),
            ("section:world", {"reykjavik"}),
            ("author:doe", {"reykjavik"}),
            ("tag:diplomacy", {"reykjavik"}),
            ('person:"Antony Blinken"', {"reykjavik"}),
            ('person:"Blinken"', set()),
            ("person:blinken", {"reykjavik"}),
            ("person:(blinken lavrov)", {"reykjavik"}),
            ('org:"arctic council"', {"reykjavik"}),
            ("place:russia", {"reykjavik"}),
            ('agency:"voice of america"', {"reykjavik"}),
            ("keyword:arctic", {"reykjavik"}),
            ("url:https://costa.example/oil?id=7", {"oil"}),
            ("http://m.costa.example/oil/", {"oil"}),  # another name, spelt another way
            ("url:https://costa.example/oil?id=8", set()),
            (f"id:{id_of('oil')}", {"oil"}),
        ],
    )
    def test_fields(self, library: ArticleIndex, text: str, names: set[str]) -> None:
        """Each field of the language asks its own part of the document."""
        assert self.names(library, text) == names

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("date:2026-11-21", {"oil"}),
            ("costa date:2026-11", {"oil", "madrid"}),
            ("after:2026-11-21", {"oil", "zurich"}),
            ("before:2026-11-21 language:en", {"reykjavik"}),
            ("before:2026-11-20T10:00:00Z", set()),
            ("date:2026-11-21..2026-11-22", {"oil", "zurich"}),
            ("date:2026-11-22T08:00:00.5Z..2026-11-22T08:00:01Z", {"zurich"}),
            ("date:2026-11-22T08:00:00Z..2026-11-22T08:00:00.5Z", set()),
            ("since:40h", {"zurich"}),
            ("-date:..2026-11-21", {"zurich"}),
        ],
    )
    def test_dates(self, library: ArticleIndex, text: str, names: set[str]) -> None:
        """A span holds its start and not its end, to the microsecond."""
        assert self.names(library, text) == names

    def test_everything_is_counted_but_what_asks_not_to_be_found(self, library: ArticleIndex) -> None:
        """A noindex document can be got and is neither found nor counted."""
        assert library.count() == library.count(Everything()) == len(NEWS) - 1
        assert self.names(library, "") == set(NEWS) - {"hidden"}
        stored = library.get(id_of("hidden"))
        assert stored is not None
        assert stored["title"] == "Blinken oil Wahlen"

    def test_get_returns_the_document_as_it_was(self, library: ArticleIndex) -> None:
        """Nothing is lost, added or reordered on the way; an unknown id is None."""
        assert library.get(id_of("reykjavik")) == document("reykjavik", **NEWS["reykjavik"])
        assert library.get(ArticleId("0" * 32)) is None
        assert library.get(ArticleId("")) is None

    def test_a_newer_or_equal_version_replaces(self, filled: ArticleIndex) -> None:
        """An upsert is idempotent and a newer text takes the place of the old one."""
        filled.upsert([document("oil", title="Gas prices fall", body="None.")])
        filled.upsert([document("reykjavik", title="Talks", body="Over.", version=2)])
        filled.refresh()
        assert self.names(filled, "gas") == {"oil"}
        assert self.names(filled, "title:oil") == self.names(filled, "blinken") == set()
        assert filled.count() == len(NEWS) - 1

    def test_an_older_version_changes_nothing(self, filled: ArticleIndex) -> None:
        """A late replay of an older fetch neither replaces nor fails, not even within one upsert."""
        refused = filled.upsert([document("oil", title="Newest", version=5), document("oil", title="Older", version=4)])
        filled.refresh()
        assert refused == {}
        assert self.names(filled, "title:newest") == {"oil"}
        stored = filled.get(id_of("oil"))
        assert stored is not None
        assert stored["version"] == 5

    def test_noindex_can_come_and_go(self, filled: ArticleIndex) -> None:
        """A publisher's change of mind takes a document out of the search, or lets it in."""
        filled.upsert([document("oil", version=2, noindex=True), document("hidden", version=2, title="Blinken free")])
        filled.refresh()
        assert self.names(filled, "oil") == set()
        assert self.names(filled, "blinken") == {"reykjavik", "hidden"}

    def test_delete_forgets(self, filled: ArticleIndex) -> None:
        """A deleted document is neither found nor got; deleting what is not there is no error; it may come back."""
        filled.delete([id_of("oil"), ArticleId("f" * 32)])
        filled.refresh()
        assert self.names(filled, "oil") == set()
        assert filled.get(id_of("oil")) is None
        filled.upsert([document("oil", title="Oil again", version=0)])
        filled.refresh()
        assert self.names(filled, "title:again") == {"oil"}

    @pytest.mark.parametrize(
        "broken",
        [
            document("x", version="one"),
            document("x", body=None),
            document("x", tags="one"),
            document("x", body="a lone \ud800 surrogate"),
            document("x", **{"@timestamp": "yesterday"}),
            document("x", **{"@timestamp": "2026-11-20T12:00:00"}),
            document("x", article_id=""),
            document("x") | {"surplus": 1},
            {key: value for key, value in document("x").items() if key != "body"},
        ],
    )
    def test_a_broken_document_is_refused_and_the_others_taken(self, index: ArticleIndex, broken: ArticleDocument) -> None:
        """The reason comes back by article id, and the rest of the bulk is not held up."""
        index.prepare()
        refused = index.upsert([document("one"), broken, document("two")])
        index.refresh()
        assert list(refused) == [broken["article_id"]]
        assert all(refused.values())
        assert index.count() == 2

    def test_facets(self, library: ArticleIndex) -> None:
        """Counts are of all hits, not of the page; values most frequent first, days newest first."""
        page = library.search(SearchRequest(query=parse_query("-language:ar", now=NOW), size=1, facets=FACETS))
        assert tuple(page.facets) == FACETS
        assert page.facets["language"][0] == FacetCount(value="en", count=2)
        assert {each.value for each in page.facets["language"]} == {"en", "de", "es", "fr-CA", "ru", "pl", "ja"}
        assert FacetCount(value="La Costa", count=2) in page.facets["source"]
        assert page.facets["people"] == (FacetCount(value="Antony Blinken", count=1), FacetCount(value="Sergey Lavrov", count=1))
        assert page.facets["organisations"] == (FacetCount(value="Arctic Council", count=1),)
        assert page.facets["places"] == (FacetCount(value="Reykjavik", count=1), FacetCount(value="Russia", count=1))
        assert page.facets["section"] == (FacetCount(value="Business", count=1), FacetCount(value="World", count=1))
        days = [FacetCount(value="2026-11-22", count=1), FacetCount(value="2026-11-21", count=1), FacetCount(value="2026-11-20", count=6)]
        assert list(page.facets["day"]) == days

    def test_facet_size_bounds_the_values(self, library: ArticleIndex) -> None:
        """Only as many values come as were asked for."""
        page = library.search(SearchRequest(query=Everything(), facets=("day", "language"), facet_size=2))
        assert [len(counts) for counts in page.facets.values()] == [2, 2]

    @pytest.mark.parametrize("sort", list(Sort))
    @pytest.mark.parametrize("text", ["", "market", "market OR oil", "mark*", "source:wire"])
    @pytest.mark.parametrize("size", [1, 7])
    def test_pages_hold_every_hit_exactly_once(self, alike: ArticleIndex, sort: Sort, text: str, size: int) -> None:
        """Also where scores and times are all the same."""
        query = parse_query(text, now=NOW)
        seen: list[str] = []
        cursor: str | None = None
        for _ in range(40):
            page = alike.search(SearchRequest(query=query, size=size, sort=sort, cursor=cursor))
            assert page.total == 23
            assert len(page.hits) <= size
            seen += [hit.article_id for hit in page.hits]
            if (cursor := page.next_cursor) is None:
                break
        assert sorted(seen) == sorted(each["article_id"] for each in ALIKE)

    def test_newest_first(self, library: ArticleIndex) -> None:
        """NEWEST sorts by time, whatever the score."""
        page = library.search(SearchRequest(query=Everything(), sort=Sort.NEWEST, size=3))
        assert [name_of(hit.article_id) for hit in page.hits][:2] == ["zurich", "oil"]
        assert page.next_cursor is not None

    @pytest.mark.parametrize("cursor", ["x", "", "bnVsbA", "WzEsMiwzLDRd", "é", "A" * 5000, "WyJuIiwiYSIsMCwwXQ"])
    def test_a_wrong_cursor_is_named(self, library: ArticleIndex, cursor: str) -> None:
        """A cursor that was made up or cut short is the caller's mistake; the empty one is none."""
        request = SearchRequest(query=Everything(), sort=Sort.NEWEST, cursor=cursor)
        if cursor:
            with pytest.raises(ConfigurationError, match="cursor"):
                library.search(request)
        else:
            assert library.search(request).hits

    @pytest.mark.parametrize("request_", [{"size": 0}, {"size": 100_000}, {"facet_size": 0}, {"facets": ("colour",)}])
    def test_a_wrong_request_is_named(self, library: ArticleIndex, request_: dict[str, Any]) -> None:
        """Sizes and facets outside what is allowed raise ConfigurationError."""
        with pytest.raises(ConfigurationError, match="allowed"):
            library.search(SearchRequest(query=Everything(), **request_))

    def test_snippets_mark_what_matched(self, library: ArticleIndex) -> None:
        """The stemmed form in the text is marked, in title and body, as plain text."""
        (hit,) = library.search(SearchRequest(query=parse_query("wahl hauser", now=NOW))).hits
        assert Fragment(text="Wahlen", marked=True) in hit.title
        assert Fragment(text="Häuser", marked=True) in hit.snippet
        assert "".join(part.text for part in hit.title) == "Wahlen in Zürich"
        assert hit.document == document("zurich", **NEWS["zurich"])

    def test_what_is_written_is_there_after_reopening(self, filled: ArticleIndex) -> None:
        """Close and prepare again: nothing is lost (a backend in memory may keep what it has)."""
        filled.close()
        filled.prepare()
        assert self.names(filled, "blinken") == {"reykjavik"}

    def test_prepare_twice_is_once(self, filled: ArticleIndex) -> None:
        """Preparing a full index changes nothing."""
        filled.prepare()
        assert filled.count() == len(NEWS) - 1

    def test_an_empty_index_answers(self, index: ArticleIndex) -> None:
        """Nothing written: no hits, no facets, no error."""
        index.prepare()
        page = index.search(SearchRequest(query=parse_query("a OR b* -c", now=NOW), facets=FACETS))
        assert (page.hits, page.total, page.next_cursor) == ((), 0, None)
        assert all(not counts for counts in page.facets.values())
        assert index.upsert([]) == {}

    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            ("blinkn", "blinken"),
            ("title:blniken lavrov", "title:blinken lavrov"),
            ("lavrow OR oil", "lavrov OR oil"),
            ("diplmats -oyl", "diplomats -oyl"),  # what must not be there is no slip
            ("blinken", None),
            ("diplomat", None),  # known by its stem
            ('"blinkn"', None),
            ("person:blinkn", None),
            ("xyzzyxyzzy", None),
            ("oyl", None),  # three letters are near to everything
            ("東亰", None),
        ],
    )
    def test_did_you_mean(self, library: ArticleIndex, text: str, meant: str | None) -> None:
        """A word nobody wrote is replaced by the nearest that somebody did."""
        found = library.did_you_mean(parse_query(text, now=NOW))
        assert found == (parse_query(meant, now=NOW) if meant else None)

    def test_similar_articles(self, filled: ArticleIndex) -> None:
        """Those of the same matter and language, without itself; an unknown article has none."""
        matter = {"title": "Arctic Council meets", "body": "Russia and the United States sent top diplomats to the Arctic Council."}
        filled.upsert([document("nuuk", **matter), document("narvik", **matter, language="de"), document("sleep", title="On pillows")])
        filled.refresh()
        similar = [hit.article_id for hit in filled.similar(id_of("reykjavik"), size=5)]
        assert similar[0] == document("nuuk")["article_id"]
        assert not {id_of("reykjavik"), document("narvik")["article_id"], id_of("hidden")} & set(similar)
        assert filled.similar(ArticleId("0" * 32)) == filled.similar(ArticleId("")) == ()

    def test_similar_by_vectors(self, filled: ArticleIndex) -> None:
        """With vectors those come first that mean the same in other words: of one model and language, found at all, the latest."""
        east, west = "7f00" + "00" * (VECTOR_SIZE - 2), "8100" + "00" * (VECTOR_SIZE - 2)
        near, nearly = "7f30" + "00" * (VECTOR_SIZE - 2), "7f50" + "00" * (VECTOR_SIZE - 2)
        made: dict[str, dict[str, Any]] = {
            "asked": {"title": "Volcano erupts", "body": "Lava flowed.", "vector": east},
            "near": {"title": "Mountain spews molten rock", "body": "Glowing streams ran down.", "vector": near},
            "nearly": {"title": "Ash", "body": "Flights were cancelled.", "vector": nearly},
            "apart": {"title": "Chess", "body": "A draw.", "vector": west},
            "model": {"title": "Stone", "body": "Granite.", "vector": east, "vector_model": "other-2"},
            "german": {"title": "Berg", "body": "Glut.", "vector": east, "language": "de"},
            "secret": {"title": "Glow", "body": "Heat.", "vector": east, "noindex": True},
            "before": {"title": "Glowing", "body": "Heat it was.", "vector": east, "superseded_at": "2026-11-21T00:00:00Z"},
        }
        filled.upsert([document(name, **{"vector_model": "model-1", **fields}) for name, fields in made.items()])
        filled.refresh()
        similar = [hit.article_id for hit in filled.similar(id_of("asked"), size=9)]
        assert similar[:2] == [id_of("near"), id_of("nearly")]
        assert not {id_of(name) for name in ("asked", "model", "german", "secret", "before")} & set(similar)
        assert [hit.article_id for hit in filled.similar(id_of("asked"), size=1)] == [id_of("near")]
        found = filled.get(id_of("asked"))
        assert found is not None and (found["vector"], found["vector_model"]) == (east, "model-1")

    def test_vectors_are_replaced_and_forgotten(self, filled: ArticleIndex) -> None:
        """A newer version brings its own vector or none; what was deleted is not near to anything."""
        east, west = "7f" + "00" * (VECTOR_SIZE - 1), "81" + "00" * (VECTOR_SIZE - 1)
        named = {"vector_model": "model-1", "title": "", "body": ""}
        others = [document(name, **named, vector=east) for name in ("turned", "gone")]
        filled.upsert([document("asked", **named, vector=east), document("stays", **named, vector=east), *others])
        filled.refresh()
        assert {hit.article_id for hit in filled.similar(id_of("asked"), size=3)} == {id_of("stays"), id_of("turned"), id_of("gone")}
        filled.upsert([document("turned", **named, version=2, vector=west)])
        filled.delete([id_of("gone")])
        filled.refresh()
        assert [hit.article_id for hit in filled.similar(id_of("asked"), size=3)] == [id_of("stays"), id_of("turned")]
        filled.upsert([document("turned", version=3, title="", body="")])
        filled.refresh()
        assert [hit.article_id for hit in filled.similar(id_of("asked"), size=3)] == [id_of("stays")]

    def names(self, index: ArticleIndex, text: str) -> set[str]:
        """The names of all that the text finds; the total and the count must agree."""
        query = parse_query(text, now=NOW)
        page = index.search(SearchRequest(query=query, size=50))
        assert page.total == index.count(query) == len(page.hits)
        return {name_of(hit.article_id) for hit in page.hits}


STORY = "5" * 32
WIRES: dict[str, dict[str, Any]] = {
    "origin": {"title": "Ferries stop", "source": "Northern Wire", "story_id": STORY, "@timestamp": "2026-11-20T08:00:00Z"},
    "twin": {"title": "Ferries stop, crews walk out", "source": "KBAY 6", "story_id": STORY, "copy_kind": "verbatim",
             "@timestamp": "2026-11-20T09:00:00Z"},
    "shorter": {"title": "No ferries", "source": "Valley 9", "story_id": STORY, "copy_kind": "cut", "@timestamp": "2026-11-20T11:00:00Z",
                "changes": ["silent-edit", "numbers"], "revision": 2, "fetched_at": "2026-11-20T13:00:00Z", "version": 13},
    "shorter-1": {"title": "Ferries halted", "source": "Valley 9", "story_id": STORY, "copy_kind": "cut",
                  "@timestamp": "2026-11-20T11:00:00Z", "revision_of": "0" * 32, "superseded_at": "2026-11-20T13:00:00Z"},
    "alone": {"title": "Ferries of the past", "source": "Northern Wire", "@timestamp": "2026-11-20T10:00:00Z"},
}  # fmt: skip


class TestStoriesAndRevisions:
    """One story on three sites, the last of which has changed it since; and an article of its own."""

    @pytest.fixture
    def wires(self, index: ArticleIndex) -> ArticleIndex:
        """An index with the story."""
        index.prepare()
        assert index.upsert([document(name, **changes) for name, changes in WIRES.items()]) == {}
        index.refresh()
        return index

    def found(self, index: ArticleIndex, text: str, **asked: Any) -> list[tuple[str, tuple[str, ...]]]:
        """Name and other sources of each hit, newest first."""
        request = SearchRequest(query=parse_query(text, now=NOW), sort=Sort.NEWEST, **asked)
        names = {document(name)["article_id"]: name for name in WIRES}
        return [(names[hit.article_id], hit.also) for hit in index.search(request).hits]

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("title:ferries", {"origin", "twin", "shorter", "alone"}),
            ("no ferries", {"shorter"}),
            ("halted", set()),
            ("revisions:latest halted", set()),
            ("revisions:all halted", {"shorter-1"}),
            ("revisions:all", set(WIRES)),
            ("as_of:2026-11-20T12:59:59Z source:valley", {"shorter-1"}),
            ("as_of:2026-11-20T13:00Z source:valley", {"shorter"}),
            ("as_of:2026-11-20T12:05:59Z", set()),
            ("as_of:2026-11-20 ferries", {"origin", "twin", "shorter", "alone"}),
            ("-revisions:all", set()),
            (f"story:{STORY}", {"origin", "twin", "shorter"}),
            (f"revisions:all story:{STORY}", {"origin", "twin", "shorter", "shorter-1"}),
            ("copy:verbatim OR copy:cut", {"twin", "shorter"}),
            ("change:silent-edit", {"shorter"}),
            ("change:sil*", {"shorter"}),
        ],
    )
    def test_which_revisions_are_found(self, wires: ArticleIndex, text: str, names: set[str]) -> None:
        """The latest, unless the query says which; a revision was known from its fetch until the next one's."""
        assert {name for name, _ in self.found(wires, text, size=50)} == names
        assert wires.count(parse_query(text, now=NOW)) == len(names)

    def test_one_hit_a_story(self, wires: ArticleIndex) -> None:
        """The first in order stands for its story and names the other sources; the total counts articles."""
        assert self.found(wires, "", collapse=True) == [("shorter", ("KBAY 6", "Northern Wire")), ("alone", ())]
        assert self.found(wires, "title:stop", collapse=True) == [("twin", ("Northern Wire",))]
        assert self.found(wires, "")[0] == ("shorter", ())
        page = wires.search(SearchRequest(query=Everything(), collapse=True, facets=("source",)))
        assert (page.total, page.next_cursor) == (4, None)
        assert {one.value: one.count for one in page.facets["source"]} == {"Northern Wire": 2, "KBAY 6": 1, "Valley 9": 1}

    @pytest.mark.parametrize("sort", Sort)
    @pytest.mark.parametrize("size", [1, 3, 7])
    def test_pages_of_stories(self, index: ArticleIndex, sort: Sort, size: int) -> None:
        """Page after page, every story once, whichever page its other articles would have been on."""
        index.prepare()
        index.upsert(
            document(f"{at}", story_id=f"{at % 9:032x}", title="ferry " * (1 + at % 5), source=f"Paper {at}", **{"@timestamp": day})
            for at in range(40)
            for day in [f"2026-11-{1 + at % 20:02}T00:00:00Z"]
        )
        index.refresh()
        cursor, stories = None, []
        for _ in range(12):
            page = index.search(SearchRequest(query=parse_query("ferry", now=NOW), sort=sort, size=size, cursor=cursor, collapse=True))
            assert len(page.hits) <= size
            assert {len(hit.also) for hit in page.hits} <= {3, 4}
            stories += [hit.document["story_id"] for hit in page.hits]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert sorted(stories) == [f"{at:032x}" for at in range(9)]


class TestTakenDown:
    """An article whose publisher took it down, with an earlier revision of another text."""

    GONE = Revision(
        article_id=ArticleId(document("gone")["article_id"]),
        number=3,
        known_at=datetime(2026, 11, 21, 10, tzinfo=UTC),
        text_digest=Digest("1" * 64),
        pointer=ArchivePointer(file="2026/11/20/a.warc.gz", offset=0, length=10, digest=Digest("0" * 64)),
        title="",
        text="",
        changes=(Change.TAKEN_DOWN,),
    )

    @pytest.mark.parametrize(
        ("policy", "found"),
        [
            (TakenDown.ALWAYS, {"ferries": 1, "as_of:2026-11-21T09:59Z ferries": 1, "as_of:2026-11-22 ferries": 1, "revisions:all": 2}),
            (TakenDown.BEFORE, {"ferries": 0, "as_of:2026-11-21T09:59Z ferries": 1, "as_of:2026-11-22 ferries": 0, "revisions:all": 2}),
            (TakenDown.NEVER, {"ferries": 0, "as_of:2026-11-21T09:59Z ferries": 0, "as_of:2026-11-22 ferries": 0, "revisions:all": 0}),
        ],
    )
    def test_the_policy_says_when_its_text_is_found(self, index: ArticleIndex, policy: TakenDown, found: dict[str, int]) -> None:
        """Before it was taken down it was known; that it can be read by its id no policy changes."""
        index.prepare()
        article_id = self.GONE.article_id
        before = document("before", title="Halted", revision_of=article_id, superseded_at="2026-11-20T13:00:00Z")
        latest = document("gone", title="Ferries stop", revision=2, fetched_at="2026-11-20T13:00:00Z")
        index.upsert([before, latest])
        index.upsert(taken_down(one, self.GONE, policy) for one in (before, latest))
        index.refresh()
        assert {text: index.count(parse_query(text, now=NOW + timedelta(days=3))) for text in found} == found
        early = index.count(parse_query("as_of:2026-11-20T12:30Z halted", now=NOW))
        assert early == (policy is not TakenDown.NEVER)
        kept = index.get(article_id)
        assert kept is not None
        assert (kept["body"], kept["revision"], kept["changes"]) == (latest["body"], 3, ["taken-down"])
