"""The clean stage's memory of sites: templates handed to the cleaner, articles learned from, changes told. Composes ports."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.ledger import Decision
from pipeline.ports import StateStore
from pipeline.site_memory import SiteMemory, learned, noticed, site_of, template_lines
from pipeline.tally import Clock
from pipeline.types import Article

TEMPLATE_CHANGED = "template_changed"


@dataclass(slots=True)
class Learner:
    """The memories of the sites of one batch, read when first asked for and written by `keep`."""

    state: StateStore
    clock: Clock
    least: int  # pages that a template is learned from; below 2 nothing is learned
    memories: dict[str, SiteMemory] = field(default_factory=dict)
    learned: set[str] = field(default_factory=set)

    def templates(self, url: str) -> frozenset[str]:
        """Return the keys of the lines that are the template of a page's site."""
        return template_lines(self._memory(site_of(url)), least=self.least)

    def learn(self, article: Article) -> None:
        """Take in how an article came out."""
        site = site_of(article.url)
        memory = self._memory(site)
        told = noticed(learned(memory, article, self.clock()), self.clock())
        if told is memory or self.least < 2:
            return
        if told.changed_at != memory.changed_at:
            self.state.decisions.add([_decision(article, told)])
        self.memories[site] = told
        self.learned.add(site)

    def keep(self) -> None:
        """Write what was learned."""
        for site in sorted(self.learned):
            self.state.sites.save(self.memories[site])
        self.learned.clear()

    def _memory(self, site: str) -> SiteMemory:
        if site not in self.memories:
            self.memories[site] = self.state.sites.get(site) or SiteMemory(site=site)
        return self.memories[site]


def _decision(article: Article, memory: SiteMemory) -> Decision:
    assert memory.changed_at is not None
    reason = f"{memory.site}: {memory.change}"
    return Decision(
        at=memory.changed_at,
        stage="clean",
        url_key=article.url_key,
        verdict=TEMPLATE_CHANGED,
        reason=reason,
        entry_id=article.entry_id,
        article_id=article.article_id,
    )
