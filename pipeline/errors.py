"""The error tree, sorted by what to do about an error.

    WireroomError
    ├── RetryableError       try again later; nothing is wrong with the entry (dead server, full disk, lock)
    │   ├── NameServerError  a name could not be looked up: more likely our trouble than the host's
    │   └── HostBusyError    the host asked for a pause; nothing goes there before `until`
    ├── QuarantineError      this one entry cannot be worked on; set it aside with the reason and go on
    └── ConfigurationError   a person must change something; retrying cannot help

Errors are raised only by the adapter that owns the failing library, with the cause chained and the URL or id in the
message. Expected ends (robots, not an article, duplicate, unchanged) are values, not errors: see `types.Rejected`.
"""

from __future__ import annotations

from datetime import datetime


class WireroomError(Exception):
    """The root: whatever Wireroom raises on purpose."""


class RetryableError(WireroomError):
    """A passing fault. The same call may succeed later, and nothing was lost."""


class NameServerError(RetryableError):
    """A name could not be looked up just now."""


class HostBusyError(RetryableError):
    """A host answered 429 or 503, or its next free slot is too far away.

    Args:
        message: names the host and the reason.
        until: aware UTC time before which nothing is to be sent there.
        status: the HTTP status that said so; None where our own budget did.
    """

    def __init__(self, message: str, *, until: datetime, status: int | None = None) -> None:
        super().__init__(message)
        self.until = until
        self.status = status


class QuarantineError(WireroomError):
    """This entry, page or document cannot be worked on, now or later; it is kept with the reason."""


class ConfigurationError(WireroomError):
    """A setting, feed file, argument or installation is wrong; only a person can mend it.

    The message names the field, the value and what is allowed, and, where there is one, the remedy.
    """

    @classmethod
    def of(cls, field: str, value: object, allowed: str) -> ConfigurationError:
        """Return the error in its usual form: `field`: got `value`; allowed: `allowed`."""
        return cls(f"{field}: got {value!r}; allowed: {allowed}")
