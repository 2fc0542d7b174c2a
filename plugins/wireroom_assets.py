"""The assets that Wireroom's DAGs hand to each other."""

from __future__ import annotations

from airflow.sdk import Asset, AssetWatcher
from wireroom_pushes import DeliveriesTrigger

BATCHES = Asset(name="wireroom_batches", uri="wireroom://batches", group="wireroom")
"""One partition a batch; the key is the batch id. The ledger is the truth: a lost event delays, it never loses."""

PUSHES = Asset(
    name="wireroom_pushes",
    uri="wireroom://pushes",
    group="wireroom",
    watchers=[AssetWatcher(name="wireroom_deliveries", trigger=DeliveriesTrigger())],
)
"""Something was delivered. Only a wake-up: what it was is in the ledger."""
