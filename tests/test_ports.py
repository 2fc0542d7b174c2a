"""The ports and who stands behind them. What they promise is tested in tests/contracts/."""

from __future__ import annotations

import inspect
from enum import Enum
from pathlib import Path

import pytest

from pipeline import coverage, gap_ports, ports, site_memory, story_ports, text_ports
from pipeline.archive import WarcArchive
from pipeline.clean.cleaner import ArticleCleaner
from pipeline.enrich import ENRICHERS
from pipeline.fetch.fetcher import PoliteFetcher
from pipeline.index.embedded import EmbeddedIndex
from pipeline.sources import SOURCES
from pipeline.state.articles import SqlArticles
from pipeline.state.batch_files import FileBatchStore
from pipeline.state.coverage import SqlCoverage
from pipeline.state.decisions import SqlDecisions
from pipeline.state.feeds import SqlFeeds
from pipeline.state.gaps import SqlGaps
from pipeline.state.hosts import SqlHosts
from pipeline.state.pushes import SqlPushes
from pipeline.state.revisions import SqlRevisions
from pipeline.state.sites import SqlSites
from pipeline.state.store import SqlLedger, SqlState
from pipeline.state.stories import SqlStories
from tests.fakes_archive import MemoryArchive
from tests.fakes_captured import MemoryCaptured
from tests.fakes_clean import LineCleaner
from tests.fakes_coverage import MemoryCoverage
from tests.fakes_fetch import FakeFetcher
from tests.fakes_index import InMemoryIndex
from tests.fakes_push import MemoryPushes
from tests.fakes_sites import MemorySites
from tests.fakes_state import MemoryArticles, MemoryBatchStore, MemoryDecisions, MemoryFeeds, MemoryGaps, MemoryHosts, MemoryState
from tests.fakes_stories import MemoryRevisions, MemoryStories

#: Each port with its implementations. One that is not here is not known to keep its contract.
PORTS: dict[type, tuple[type, ...]] = {
    ports.Archive: (WarcArchive, MemoryArchive),
    ports.ArticleIndex: (EmbeddedIndex, InMemoryIndex),
    ports.ArticleStore: (SqlArticles, MemoryArticles),
    ports.BatchStore: (FileBatchStore, MemoryBatchStore),
    text_ports.Cleaner: (ArticleCleaner, LineCleaner),
    ports.CoverageStore: (SqlCoverage, MemoryCoverage),
    ports.DecisionLog: (SqlDecisions, MemoryDecisions),
    text_ports.Enricher: ENRICHERS,
    ports.EntryLedger: (SqlLedger, MemoryCaptured),
    ports.FeedStore: (SqlFeeds, MemoryFeeds),
    ports.Fetcher: (PoliteFetcher, FakeFetcher),
    ports.GapStore: (SqlGaps, MemoryGaps),
    ports.HostStore: (SqlHosts, MemoryHosts),
    ports.PushStore: (SqlPushes, MemoryPushes),
    ports.SiteStore: (SqlSites, MemorySites),
    ports.Source: tuple(type(source) for _, source in SOURCES),
    ports.StateStore: (SqlState, MemoryState),
    story_ports.RevisionStore: (SqlRevisions, MemoryRevisions),
    story_ports.StoryStore: (SqlStories, MemoryStories),
}
PAIRS = [(port, adapter) for port, adapters in PORTS.items() for adapter in adapters]
CONTRACTS = "".join(path.read_text() for path in (Path(__file__).parent / "contracts").glob("test_*.py"))


def asked(port: type) -> dict[str, inspect.Signature]:
    """What the port's methods may be called with."""
    methods = {name: value for name, value in vars(port).items() if inspect.isfunction(value) and not name.startswith("_")}
    return {name: inspect.signature(method) for name, method in methods.items()}


def test_every_port_is_known_and_offered() -> None:
    """A new port must be given its implementations here and its name in `ports.__all__`."""
    homes = {module.__name__ for module in (ports, coverage, gap_ports, site_memory, story_ports, text_ports)}
    classes = [value for value in vars(ports).values() if inspect.isclass(value) and value.__module__ in homes]
    written = {each for each in classes if not issubclass(each, Enum)}
    assert written == set(PORTS)
    assert sorted(port.__name__ for port in PORTS) == ports.__all__


@pytest.mark.parametrize("port", PORTS, ids=lambda port: port.__name__)
def test_a_port_has_two_implementations_and_a_contract(port: type) -> None:
    """With one alone nobody would notice what it promises by accident. The parts of the state are its contract's matter."""
    assert len(set(PORTS[port])) >= 2
    parts = vars(ports.StateStore)["__annotations__"].values()
    assert port.__name__ in CONTRACTS or port.__name__ in parts


@pytest.mark.parametrize(("port", "adapter"), PAIRS, ids=lambda one: one.__name__)
def test_an_implementation_takes_what_its_port_is_called_with(port: type, adapter: type) -> None:
    """The same names, kinds and defaults: what works with the fake works with the real one. It may take more, if it must not."""
    for name, signature in asked(port).items():
        method = getattr(adapter, name)
        offered = inspect.signature(method)
        given = list(offered.parameters.values())[: len(signature.parameters)]
        of_port = [(one.name, one.kind, one.default) for one in signature.parameters.values()]
        assert [(one.name, one.kind, one.default) for one in given] == of_port, name
        more = list(offered.parameters.values())[len(signature.parameters) :]
        assert [one.name for one in more if one.default is inspect.Parameter.empty] == [], name
        assert inspect.iscoroutinefunction(method) is inspect.iscoroutinefunction(vars(port)[name]), name


def test_no_port_reads_a_clock() -> None:
    """Whoever stores a time is told it: no default is a moment."""
    for port in PORTS:
        for name, signature in asked(port).items():
            now = signature.parameters.get("now")
            assert now is None or now.default is inspect.Parameter.empty, f"{port.__name__}.{name}"
