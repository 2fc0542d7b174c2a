"""Wireroom's error tree as an Airflow retry policy: what to do about an error is decided where the error is defined.

`ConfigurationError` and `QuarantineError` fail at once, since the same call would meet the same end; everything else is
tried again with growing delays. Whatever is still unfinished after that is announced again by the DAG `sweep`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from pipeline.errors import ConfigurationError, QuarantineError, RetryableError

RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(exception=ConfigurationError, action=RetryAction.FAIL, reason="A person must change something first"),
        RetryRule(exception=QuarantineError, action=RetryAction.FAIL, reason="The same input would fail again"),
        RetryRule(exception=RetryableError, action=RetryAction.RETRY, retry_delay=timedelta(seconds=20), reason="A passing fault"),
    ]
)

TASK_DEFAULTS: dict[str, Any] = {
    "retries": 3,
    "retry_delay": timedelta(seconds=20),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=10),
    "retry_policy": RETRY_POLICY,
    "execution_timeout": timedelta(hours=1),
}
