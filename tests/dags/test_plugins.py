"""What plugins/ puts into Airflow: the search page behind its login, the hubs' callback without one, the trigger of push."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.dags.airflow_home import ROOT, airflow_environment

pytestmark = pytest.mark.airflow

ASK_APP = """
import asyncio, json, sys
import httpx
from airflow import plugins_manager
sys.path.insert(0, "plugins")
import wireroom_app
from pipeline.wiring import open_rooms
sys.path.insert(0, ".")
from tests.state.samples import make_subscription
from pipeline.subscriptions import SubscriptionStatus
known = make_subscription(status=SubscriptionStatus.ASKED)
with open_rooms() as rooms:
    rooms.state.pushes.add(known)
from fastapi import FastAPI
outer = FastAPI()
for one in wireroom_app.WireroomPlugin.fastapi_apps:
    outer.mount(one["url_prefix"], one["app"])

async def ask():
    found = {}
    transport = httpx.ASGITransport(outer, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://airflow.test") as client:
        for path in ("/", "/status", "/help", "/healthz", "/api/search", "/article/" + "0" * 32, "/push", "/push/", "/push/unknown"):
            found[path] = (await client.get("/wireroom" + path)).status_code
        params = {"hub.mode": "subscribe", "hub.topic": known.topic, "hub.challenge": "echo", "hub.lease_seconds": "864000"}
        answer = await client.get(f"/wireroom/push/{known.callback_id}", params=params)
        found["verified"] = [answer.status_code, answer.text]
        found["delivered"] = (await client.post(f"/wireroom/push/{known.callback_id}", content=b"unsigned")).status_code
    return found

json.dump(asyncio.run(ask()), open(sys.argv[1], "w"))
"""

ASK_MISCONFIGURED = """
import asyncio, json, os, sys
import httpx
from airflow.api_fastapi.core_api import security
from fastapi import FastAPI
sys.path[:0] = ["plugins", "."]
import wireroom_app

outer = FastAPI()
for one in wireroom_app.WireroomPlugin.fastapi_apps:
    outer.mount(one["url_prefix"], one["app"])

async def ask():
    found = []
    transport = httpx.ASGITransport(outer, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://airflow.test") as client:
        async def get(path):
            answer = await client.get("/wireroom" + path)
            found.append([answer.status_code, answer.text])
        os.environ["WIREROOM_SHARDS"] = "many"
        for path in ("/", "/push/unknown"):
            await get(path)
        security.get_user = lambda: None  # as if logged in
        await get("/status")
        os.environ["WIREROOM_SHARDS"] = "2"
        await get("/status")
    return found

json.dump(asyncio.run(ask()), open(sys.argv[1], "w"))
"""

RUN_TRIGGER = """
import asyncio, json, sys
sys.path[:0] = ["plugins", "."]
import wireroom_pushes
from pipeline.wiring import open_rooms
from tests.state.samples import make_delivery
events = []

async def listen():
    wireroom_pushes.PAUSE_SECONDS = 0.01
    opened, open_once = [], wireroom_pushes._open
    def open_late():
        opened.append(1)
        if len(opened) == 1:
            raise RuntimeError("the ledger is not there yet")
        return open_once()
    wireroom_pushes._open = open_late
    path, arguments = wireroom_pushes.DeliveriesTrigger(poke_seconds=0.02).serialize()
    trigger = wireroom_pushes.DeliveriesTrigger(**arguments)
    fired = trigger.run()
    with open_rooms() as rooms:
        pushes = rooms.state.pushes
        async def next_event():
            events.append((await asyncio.wait_for(anext(fired), 20)).payload["latest"])
        async def silence():
            try:
                events.append((await asyncio.wait_for(asyncio.shield(waiting), 0.5)).payload)
            except TimeoutError:
                events.append("silence")
        pushes.receive(make_delivery(1))
        await next_event()
        waiting = asyncio.ensure_future(anext(fired))
        await silence()  # it was told of already
        pushes.receive(make_delivery(2))
        events.append((await asyncio.wait_for(waiting, 20)).payload["latest"])
        wireroom_pushes.AGAIN_SECONDS = 0.05
        await next_event()  # it waits still
        for number in (1, 2):
            pushes.settle(make_delivery(number).delivery_id, entries=1, new=1)
        waiting = asyncio.ensure_future(anext(fired))
        await silence()  # all are settled
        waiting.cancel()
    return {"path": path, "events": events, "tries": len(opened)}

json.dump(asyncio.run(listen()), open(sys.argv[1], "w"))
"""


def run(script: str, home: Path) -> Any:
    """Run a script in a process that has a private Airflow and a private Wireroom; return the JSON it leaves."""
    target = home / "found.json"
    environment = airflow_environment(home) | {"WIREROOM_HOME": str(home / "wireroom")}
    done = subprocess.run(
        [sys.executable, "-c", script, str(target)], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(target.read_text())


def test_hubs_reach_the_callback_without_a_login_and_nobody_reaches_more(tmp_path: Path) -> None:
    """Exactly `/wireroom/push/ID`; every page asks Airflow who is there."""
    found = run(ASK_APP, tmp_path)
    assert found.pop("verified") == [200, "echo"]
    assert found.pop("delivered") == 202, "unsigned: answered, and dropped"
    assert found.pop("/push/unknown") == found.pop("/push") == found.pop("/push/") == 404
    assert set(found.values()) == {401}, found


def test_a_wrong_setting_is_told_to_who_is_logged_in(tmp_path: Path) -> None:
    """And to nobody else; once it is mended, the page is there without a restart."""
    stranger, hub, user, later = run(ASK_MISCONFIGURED, tmp_path)
    assert (stranger[0], "WIREROOM_SHARDS" in stranger[1]) == (401, False)
    assert hub == [503, "out of order"]
    assert user[0] == 503
    assert "WIREROOM_SHARDS: got 'many'; allowed: a whole number from 1 to 64" in user[1]
    assert (later[0], "Feeds" in later[1]) == (200, True)


def test_the_trigger_fires_for_each_delivery_and_again_for_one_that_waits(tmp_path: Path) -> None:
    """Not while nothing waits, not twice for the same at once; and it outlives a ledger that is away."""
    found = run(RUN_TRIGGER, tmp_path)
    first, second = f"{1:064x}", f"{2:064x}"
    assert found["events"] == [first, "silence", second, second, "silence"]
    assert found["path"] == "wireroom_pushes.DeliveriesTrigger"
    assert found["tries"] == 2
