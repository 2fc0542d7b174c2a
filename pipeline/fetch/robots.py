"""robots.txt, read (RFC 9309): what our product token may fetch, how slowly, and what is said to AI crawlers. Pure.

The only home of protego. Groups that concern neither us nor an AI crawler are dropped before parsing: a hostile file can
name fifteen thousand agents for twenty thousand rules, and a parser that pairs them would need all memory.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from protego import Protego

MAX_BYTES: Final = 512_000  # 500 KiB: what RFC 9309 asks a crawler to read at least; the rest is ignored
MAX_RULES: Final = 10_000  # lines that concern us; the longest honest files have a few thousand

# Product tokens of crawlers that collect texts to train or to feed models, as their operators publish them.
AI_TOKENS: Final = (
    "ai2bot",
    "amazonbot",
    "anthropic-ai",
    "applebot-extended",
    "bytespider",
    "ccbot",
    "chatgpt-user",
    "claude-web",
    "claudebot",
    "cohere-ai",
    "cohere-training-data-crawler",
    "diffbot",
    "duckassistbot",
    "facebookbot",
    "google-cloudvertexbot",
    "google-extended",
    "gptbot",
    "img2dataset",
    "meta-externalagent",
    "mistralai-user",
    "oai-searchbot",
    "omgili",
    "omgilibot",
    "pangubot",
    "perplexity-user",
    "perplexitybot",
    "timpibot",
    "webzio-extended",
    "youbot",
)

_AGENT: Final = re.compile(r"\s{0,20}user[ -]?agent(?:\s{0,20}:|\s)\s{0,20}([^#]*)", re.IGNORECASE)
_SIGNAL: Final = re.compile(r"\s{0,20}content-signal\s{0,20}:([^#]*)", re.IGNORECASE)
_RESERVED: Final = re.compile(r"\bai-(?:train|input)\s{0,5}=\s{0,5}no\b", re.IGNORECASE)
_OTHERS: Final = "user-agent: none-of-ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsVerdict:
    """What a robots.txt says about one URL. `crawl_delay` in seconds; `ai_allowed` None where AI crawlers are not named."""

    allowed: bool = True
    crawl_delay: float = 0.0
    ai_allowed: bool | None = None


class RobotsRules:
    """A parsed robots.txt."""

    def __init__(self, body: bytes, token: str) -> None:
        """Read the first MAX_BYTES of a robots.txt for the given product token. Never raises."""
        self._token = token.lower()
        lines = body[:MAX_BYTES].decode("utf-8", "replace").lstrip("\ufeff").splitlines()
        ours = _concerning(lines, {"*", self._token, *AI_TOKENS})
        self._rules = Protego.parse("\n".join(ours))
        self._ai_named = _named(ours) & set(AI_TOKENS)
        self._ai_reserved = any(_RESERVED.search(found.group(1)) for found in map(_SIGNAL.match, lines) if found)
        self.sitemaps: tuple[str, ...] = tuple(self._rules.sitemaps)[:1000]

    def verdict(self, url: str) -> RobotsVerdict:
        """Return what is said about this URL."""
        return RobotsVerdict(allowed=self._rules.can_fetch(url, self._token), crawl_delay=self._delay(), ai_allowed=self._ai(url))

    def _delay(self) -> float:
        """Return the longer of Crawl-delay and Request-rate; nonsense counts as nothing."""
        rate = self._rules.request_rate(self._token)
        asked = [self._rules.crawl_delay(self._token) or 0.0]
        if rate is not None and rate.requests > 0:
            asked.append(rate.seconds / rate.requests)
        return max((seconds for seconds in asked if math.isfinite(seconds) and seconds > 0), default=0.0)

    def _ai(self, url: str) -> bool | None:
        if self._ai_reserved:
            return False
        if not self._ai_named:
            return None
        return all(self._rules.can_fetch(url, token) for token in self._ai_named)


def _concerning(lines: list[str], agents: set[str]) -> list[str]:
    """Keep the rules, and of the agents those asked about; a run of others becomes one that nobody is."""
    kept: list[str] = []
    for line in lines:
        found = _AGENT.match(line)
        if found is None:
            kept.append(line)
        elif _agent(found) in agents:
            kept.append(f"user-agent: {_agent(found)}")
        elif not kept or kept[-1] != _OTHERS:
            kept.append(_OTHERS)
    return _without_others(kept)[:MAX_RULES]


def _without_others(lines: list[str]) -> list[str]:
    """Drop the rules of groups that name none of ours; lines for the whole site stay."""
    kept: list[str] = []
    in_agents, ours = False, True
    for line in lines:
        if _AGENT.match(line):
            ours = (in_agents and ours) or line != _OTHERS
            in_agents = True
            if line != _OTHERS:
                kept.append(line)
        elif line.strip() and not line.lstrip().startswith("#"):
            site_wide = line.lstrip().lower().startswith("sitemap")
            in_agents = in_agents and site_wide
            if ours or site_wide:
                kept.append(line)
    return kept


def _named(lines: list[str]) -> set[str]:
    return {_agent(found) for found in map(_AGENT.match, lines) if found}


def _agent(found: re.Match[str]) -> str:
    name = found.group(1).strip().lower()
    return name if name == "*" else name.replace("*", "").partition("/")[0].strip()
