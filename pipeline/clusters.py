"""What the settings say of a search cluster: who we are there, and whether events are noted."""

from __future__ import annotations

from pipeline.eventing import EventLog, NoEventLog
from pipeline.index.access import Access
from pipeline.settings import Settings


def access_of(settings: Settings) -> Access:
    """Return who we are to a search cluster."""
    password, key = settings.index_password, settings.index_api_key
    return Access(
        user=settings.index_user,
        password=password.get_secret_value() if password else None,
        api_key=key.get_secret_value() if key else None,
        ca=settings.index_ca,
        timeout_seconds=settings.index_timeout,
    )


def open_events(settings: Settings) -> EventLog:
    """Return where events are noted: on the cluster of the index, or nowhere where there is none."""
    if not settings.index_url.startswith(("http://", "https://")):
        return NoEventLog()
    from pipeline.index.elastic_events import ElasticEvents

    return ElasticEvents(settings.index_url, access_of(settings))
