"""Same story, new version: who told it first, who copied whom, what changed. Pure; the ledger keeps what comes out.

Article ─▶ fingerprint ─▶ copies: stories of members ─▶ Standing
        └▶ revisions: against the text before ─▶ Change
"""

from __future__ import annotations
