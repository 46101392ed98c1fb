"""What the platform saw, in words for the report of a failed test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sealgate_client.errors import SealgateError

if TYPE_CHECKING:
    from sealgate_client.testing.platform import Platform, SignRequest

MOST = 15
MOST_WORDS = 4000


def what_was_seen(platform: Platform, said: str) -> str:
    """Return the sign requests, calls and deliveries of a test, the sandbox's state, and what the server said."""
    lines: list[str] = []
    try:
        for part in (_state(platform), _requests(platform), _calls(platform), _deliveries(platform)):
            lines += part
    except SealgateError as problem:
        lines.append(f"The platform does not answer any more: {problem}")
    if said.strip():
        lines += ["server:", *(f"  {line}" for line in said[-MOST_WORDS:].strip().splitlines())]
    return "\n".join(lines)


def _state(platform: Platform) -> Iterator[str]:
    state = platform.controls.dev("GET")
    clock = state["clock"]
    if clock["ahead_s"] or clock["frozen"]:
        yield f"clock: {clock['now']}, {clock['ahead_s']:g} s ahead" + (", stands still" if clock["frozen"] else "")
    for name, fault in state["faults"].items():
        if fault is not None:
            told = ", ".join(f"{key} {value}" for key, value in fault.items() if value)
            yield f"fault: {name}: {told}"
    for script in state["scripts"]:
        yield f"wallet: {script['wallet']} answers by itself: {script['action']}"


def _requests(platform: Platform) -> Iterator[str]:
    requests = platform.requests
    yield "sign requests:" if requests else "sign requests: none"
    yield from (f"  {_request(one)}" for one in requests[-MOST:])


def _request(one: SignRequest) -> str:
    by = f" by {one.account}" if one.account else ""
    why = f": {one.reason}" if one.reason else ""
    mark = f" ({one.identifier})" if one.identifier else ""
    refused = f"; signatures refused: {', '.join(one.refusals)}" if one.refusals else ""
    return f"{one.type} {one.uuid}{mark} {one.state}{by}{why}{refused}"


def _calls(platform: Platform) -> Iterator[str]:
    calls = [call for app in platform.apps for call in _of(platform, app.uuid, "calls")]
    yield "calls of the app:" if calls else "calls of the app: none"
    yield from (f"  {_call(one)}" for one in sorted(calls, key=lambda one: one["number"] or 0)[-MOST:])


def _call(one: dict[str, Any]) -> str:
    refused = f" code {one['error_code']}" if one["error_code"] else ""
    cause = f" ({one['cause']})" if one["cause"] else ""
    reference = f", reference {one['reference']}" if one["status"] >= 400 else ""
    return f"{one['method']} {one['route']} -> {one['status']}{refused}{cause}{reference}"


def _deliveries(platform: Platform) -> Iterator[str]:
    deliveries = [one for app in platform.apps for one in _of(platform, app.uuid, "deliveries")]
    if deliveries:
        yield "deliveries:"
        for one in sorted(deliveries, key=lambda one: one["id"])[-MOST:]:
            yield f"  {one['target']} {one['kind']} of {one['subject']}: {one['state']}, tries {one['attempts']}"


def _of(platform: Platform, app: str, what: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = platform.controls.admin("GET", f"/apps/{app}/{what}?limit={MOST}")[what]
    return found
