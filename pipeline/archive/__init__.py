"""Raw pages and feeds, kept for ever: WARC 1.1 files that other tools read too, one gzip member a page.

FetchedPage ─ http_head, warc (pure) ─▶ bytes ─ members (gzip, stamped) ─▶ files (rolling, locked) ─▶ YYYY/MM/DD/*.warc.gz
"""

from pipeline.archive.archive import WarcArchive

__all__ = ["WarcArchive"]
