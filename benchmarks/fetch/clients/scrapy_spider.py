"""Scrapy: a spider with nothing to do but fetch; what slows it down or is for people (logs, statistics, console) is off."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from benchmarks.fetch.meter import USER_AGENT, Meter, open_meter


def fetch(meter: Meter) -> None:
    """Fetch the plan."""
    import scrapy
    from scrapy.crawler import CrawlerProcess

    class Pages(scrapy.Spider):
        name = "pages"

        async def start(self) -> AsyncIterator[Any]:
            for urls in meter.walks():
                yield self._next(urls)

        def parse(self, response: Any, urls: Any) -> Any:
            meter.page(response.url, response.status, response.body)
            following = self._next(urls)
            return [following] if following is not None else []

        def _next(self, urls: Any) -> Any:
            url = next(urls, None)
            return None if url is None else scrapy.Request(url, dont_filter=True, cb_kwargs={"urls": urls})

    process = CrawlerProcess(_settings(meter.plan.at_once, meter.plan.per_host))
    process.crawl(Pages)
    process.start()


def _settings(at_once: int, per_host: int) -> dict[str, object]:
    return {
        "USER_AGENT": USER_AGENT,
        "CONCURRENT_REQUESTS": at_once,
        "CONCURRENT_REQUESTS_PER_DOMAIN": per_host,
        "DOWNLOAD_DELAY": 0,
        "AUTOTHROTTLE_ENABLED": False,
        "ROBOTSTXT_OBEY": False,
        "COOKIES_ENABLED": False,
        "RETRY_ENABLED": False,
        "LOG_ENABLED": False,
        "EXTENSIONS_BASE": {},
        "SCRAPER_SLOT_MAX_ACTIVE_SIZE": 1_000_000_000,
    }


if __name__ == "__main__":
    meter = open_meter()
    fetch(meter)
    meter.report()
