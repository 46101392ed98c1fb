"""Logs: one JSON object or one console line an event, each with the reference of the call it belongs to.

Secrets, codes, tokens and signed blobs never reach a log: callers do not pass them, and `_redact` drops the
values of keys that could carry one in case somebody does.
"""

import logging
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from contextvars import ContextVar
from typing import Any, TextIO, cast

# structlog loads rich wherever it is installed, which costs every start 10 MB and 0.1 s: here it finds none.
_rich = sys.modules.pop("rich", None)
sys.modules["rich"] = None  # type: ignore[assignment]
import structlog  # noqa: E402

del sys.modules["rich"]
if _rich is not None:
    sys.modules["rich"] = _rich

call_reference: ContextVar[str | None] = ContextVar("call_reference", default=None)

_SENSITIVE = (
    "secret",
    "token",
    "authorization",
    "password",
    "passphrase",
    "blob",
    "signature",
    "cookie",
    "code_verifier",
    "seed",
    "private",
    "jwt",
    "ott",
    "master_key",
)
_HARMLESS = frozenset({"token_type", "signature_kind"})

_Event = MutableMapping[str, Any]


class _Patient:
    """A text stream whose lines may be lost: on a full disk the call that is logged must go on, and its thread live."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._stream.flush()


def _add_reference(_logger: object, _method: str, event: _Event) -> _Event:
    reference = call_reference.get()
    if reference is not None:
        event.setdefault("reference", reference)
    return event


def _redact(_logger: object, _method: str, event: _Event) -> _Event:
    for key in event:
        lowered = key.lower()
        if lowered not in _HARMLESS and any(word in lowered for word in _SENSITIVE):
            event[key] = "[withheld]"
    return event


def configure_logs(*, style: str, level: str) -> None:
    """Set up logging for the process.

    Args:
        style: `json` for one object a line, `console` for people.
        level: `debug`, `info`, `warning` or `error`.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    renderer = (
        structlog.processors.JSONRenderer()
        if style == "json"
        # The default shows every frame's local variables, and with them secrets.
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    shared: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_reference,
        _redact,
    ]
    exceptions: list[Any] = [structlog.processors.format_exc_info] if style == "json" else []
    structlog.configure(
        processors=[*shared, *exceptions, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _Patient(sys.stderr))),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *exceptions, renderer],
            foreign_pre_chain=shared,
        )
    )
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)


def get_logger(name: str) -> Any:
    """Return a logger whose events carry `component=name`."""
    return structlog.get_logger(component=name)
