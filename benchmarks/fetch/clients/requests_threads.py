"""requests: one thread and one session for each request under way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from benchmarks.fetch.meter import USER_AGENT, Meter, open_meter


def fetch(meter: Meter) -> None:
    """Fetch the plan."""
    import requests

    counting = threading.Lock()

    def walk(urls: Iterator[str]) -> None:
        with requests.Session() as session:
            session.trust_env = False
            session.headers["User-Agent"] = USER_AGENT
            for url in urls:
                response = session.get(url, timeout=60)
                with counting:
                    meter.page(url, response.status_code, response.content)

    with ThreadPoolExecutor(meter.plan.at_once) as threads:
        list(threads.map(walk, meter.walks()))


if __name__ == "__main__":
    meter = open_meter()
    fetch(meter)
    meter.report()
