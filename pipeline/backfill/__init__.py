"""The past: pages that others kept (WARC, WACZ, URL lists), and what is to be fetched or brought up to date.

files ─ unpacking, warc_reading, http_answer ─▶ Found | Missed ─ choice ─▶ the ledger, as batches of backfill
"""
