"""Wireroom's pipeline: what happens to a story. Airflow says when, and is never imported here."""

__version__ = "0.1.0"
