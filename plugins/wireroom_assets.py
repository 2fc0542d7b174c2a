"""The assets that Wireroom's DAGs hand to each other."""

from __future__ import annotations

from airflow.sdk import Asset

BATCHES = Asset(name="wireroom_batches", uri="wireroom://batches", group="wireroom")
"""One partition a batch; the key is the batch id. The ledger is the truth: a lost event delays, it never loses."""
