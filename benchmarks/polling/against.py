"""Ours against each of the others: the patience with which ours leads it, by all three measures or as nearly as it goes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.polling.report import Row, aligned


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One of ours beside one of the others. A ratio below 1 is ours to the good; ∞ by ∞ is none."""

    peer: Row
    ours: Row

    @property
    def ratios(self) -> tuple[float, float, float]:
        """Ours by theirs: requests, median latency, 95th percentile."""
        ours, peer = self.ours, self.peer
        late = [a / b if a < float("inf") else float("inf") for a, b in ((ours.p50, peer.p50), (ours.p95, peer.p95))]
        return ours.requests / peer.requests, late[0], late[1]

    @property
    def leads(self) -> bool:
        """Whether ours makes fewer requests and has both latencies lower."""
        return max(self.ratios) < 1


def matches(ours: Sequence[Row], peers: Sequence[Row]) -> list[Match]:
    """Return for each of the others the match in which ours leads by the worst of the three ratios, or comes nearest to it."""
    return [min((Match(peer=peer, ours=one) for one in ours), key=lambda match: max(match.ratios)) for peer in peers]


def against(found: Sequence[Match]) -> str:
    """Return the matches as a table for people."""
    lines = [["against each", "ours", "requests", "×", "p50 min", "×", "p95 min", "×", "ours leads"]]
    for match in found:
        peer, ours, ratios = match.peer, match.ours, match.ratios
        cells = [peer.policy, ours.policy, f"{ours.requests:,} : {peer.requests:,}", f"{ratios[0]:.2f}"]
        cells += [f"{ours.p50:.1f} : {peer.p50:.1f}", f"{ratios[1]:.2f}", f"{ours.p95:.1f} : {peer.p95:.1f}", f"{ratios[2]:.2f}"]
        lines.append([*cells, "yes" if match.leads else "no"])
    return aligned(lines)


def matches_as_json(found: Sequence[Match]) -> list[dict[str, object]]:
    """Return the matches for programs."""
    return [{"peer": one.peer.policy, "ours": one.ours.policy, "ratios": one.ratios, "leads": one.leads} for one in found]
