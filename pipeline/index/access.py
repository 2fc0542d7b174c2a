"""Who we are to a search cluster, and whom we trust there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who asks, and whom we trust. `user` with `password`, or `api_key` (the encoded one), or neither."""

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    ca: Path | None = None  # PEM file of the authority that signed the server's certificate
    timeout_seconds: float = 60.0
