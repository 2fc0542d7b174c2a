"""The tables of push: subscriptions at hubs, and what they delivered. The rest is in `schema.py`."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text

from pipeline.state.columns import Hex, OneOf, Packed, Prose, UtcTime
from pipeline.state.schema import metadata
from pipeline.subscriptions import DeliveryState, SubscriptionStatus, Trust
from pipeline.types import ArticleId

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("callback_id", String(64), primary_key=True),
    Column("mark", Hex, nullable=False, unique=True),  # of feed, hub and topic: one subscription for the three
    Column("feed_id", Text, nullable=False),  # no foreign key: it outlives the feed until the hub has let go
    Column("hub", Prose, nullable=False),
    Column("topic", Prose, nullable=False),
    Column("secret", Text, nullable=False),
    Column("status", OneOf(SubscriptionStatus), nullable=False),
    Column("trust", OneOf(Trust), nullable=False),
    Column("callback", Prose, nullable=False),
    Column("next_ask_at", UtcTime),
    Column("asked_at", UtcTime),
    Column("failures", Integer, nullable=False),
    Column("last_error", Prose),
    Column("verified_at", UtcTime),
    Column("lease_until", UtcTime),
    Column("delivered_at", UtcTime),
    Column("deliveries", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("missed", Integer, nullable=False),
    Column("pushed", Packed[tuple[ArticleId, ...]](tuple[ArticleId, ...]), nullable=False),
    Index("ix_subscriptions_feed_id", "feed_id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("delivery_id", Hex, primary_key=True),
    Column("callback_id", String(64), nullable=False),
    Column("feed_id", Text, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("content_type", Prose, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("state", OneOf(DeliveryState), nullable=False),
    Column("entries", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("error", Prose),
    Index("ix_deliveries_state", "state", "received_at"),
    Index("ix_deliveries_received_at", "received_at"),
    Index("ix_deliveries_feed_id", "feed_id", "received_at"),
)
