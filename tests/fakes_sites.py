"""Memories of sites in a dict."""

from __future__ import annotations

from datetime import datetime

from pipeline.site_memory import SiteMemory


class MemorySites:
    """`SiteStore` in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, SiteMemory] = {}

    def get(self, site: str) -> SiteMemory | None:
        return self.kept.get(site)

    def save(self, memory: SiteMemory) -> None:
        known = self.kept.get(memory.site)
        if known is None or known.learned_at is None or (memory.learned_at is not None and memory.learned_at >= known.learned_at):
            self.kept[memory.site] = memory

    def changed(self, since: datetime) -> tuple[SiteMemory, ...]:
        found = [(memory.changed_at, memory) for memory in self.kept.values() if memory.changed_at and memory.changed_at >= since]
        return tuple(memory for _, memory in sorted(found, key=lambda one: (-one[0].timestamp(), one[1].site)))
