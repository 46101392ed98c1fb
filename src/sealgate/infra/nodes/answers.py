"""Reading what nodes say, strictly: what is not as documented is no answer. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from sealgate.infra.nodes.errors import NodeFailed, NodeRefused
from sealgate.infra.nodes.watch import Close

# The ledger's time begins with the year 2000.
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_HASH = re.compile(r"[0-9A-Fa-f]{64}")
_MOST_SECONDS = 2**32

# The node is there, and cannot answer for the network at the moment: another one may.
NOT_READY = frozenset(
    {"noNetwork", "noCurrent", "noClosed", "tooBusy", "slowDown", "amendmentBlocked", "notReady", "internal",
     "jsonInvalid", "notSynced", "InsufficientNetworkMode"}
)  # fmt: skip


def read_json(text: str | bytes) -> dict[str, Any]:
    """Return a message; NodeFailed where it is no JSON object."""
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NodeFailed("the answer is no JSON") from None
    if not isinstance(found, dict):
        raise NodeFailed("the answer is no object")
    return found


def result_of(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result in a message of either transport.

    Raises:
        NodeRefused: the node says no.
        NodeFailed: it is neither a result nor a refusal, or the node cannot answer now.
    """
    result = message.get("result")
    body: Mapping[str, Any] = result if isinstance(result, dict) else message
    error = body.get("error") or message.get("error")
    if error is not None or body.get("status") == "error" or message.get("status") == "error":
        word = error if isinstance(error, str) else "unknown"
        if word in NOT_READY:
            raise NodeFailed(f"it is not ready: {word[:64]}")
        raise NodeRefused(word, body)
    if not isinstance(result, dict):
        raise NodeFailed("the answer has no result")
    return result


def close_of(message: Mapping[str, Any]) -> Close | None:
    """Return the ledger in a message of the ledger stream, or in the answer of `subscribe`; None in any other.

    Raises:
        NodeFailed: it is such a message with a part that cannot be.
    """
    if "ledger_index" not in message or "ledger_hash" not in message:
        return None
    index, named, time = message["ledger_index"], message["ledger_hash"], message.get("ledger_time")
    return Close(ledger_index(index), ledger_hash(named), ledger_time(time))


def ledger_of(result: Mapping[str, Any]) -> Close:
    """Return the validated ledger in the answer of `ledger`.

    Raises:
        NodeFailed: it is not validated, or no ledger.
    """
    header = result.get("ledger")
    if not isinstance(header, dict) or result.get("validated") is not True:
        raise NodeFailed("the answer is no validated ledger")
    index = result.get("ledger_index", header.get("ledger_index"))
    named = result.get("ledger_hash", header.get("ledger_hash"))
    if isinstance(index, str) and index.isascii() and index.isdigit() and len(index) < 11:
        index = int(index)
    return Close(ledger_index(index), ledger_hash(named), ledger_time(header.get("close_time")))


def ledger_index(value: object) -> int:
    """Return the number of a ledger; NodeFailed where it cannot be one."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**32:
        raise NodeFailed("the answer has no ledger number")
    return value


def ledger_hash(value: object) -> str:
    """Return the hash of a ledger in capitals; NodeFailed where it cannot be one."""
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise NodeFailed("the answer has no ledger hash")
    return value.upper()


def ledger_time(value: object) -> datetime | None:
    """Return a moment given in seconds since 2000; None where there is none."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _MOST_SECONDS:
        return None
    return _EPOCH + timedelta(seconds=value)
