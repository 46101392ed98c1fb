"""What an xApp does, in words for its developer."""

from typing import Any

JsonObject = dict[str, Any]

_REASONS = {
    "too_long": "it is longer than any command",
    "not_json": "it is no JSON object with a `command`",
    "unknown": "wallets know no such command",
    "not_permitted": "the app has no permission for it",
    "busy": "something else is in front of the page",
    "unsupported": "this wallet cannot do it",
    "failed": "the wallet could not do it",
}


def command_in_words(command: JsonObject) -> str:
    """Return a command with its members on one line."""
    members = {name: value for name, value in command.items() if name not in ("command", "data") and value is not False}
    told = ", ".join(f"{name} {value}" for name, value in members.items())
    return f"{command['command']}{f': {told}' if told else ''}"


def why_dropped(dropped: JsonObject) -> str:
    """Return why a message had no effect; `dropped` is what the bridge tells of it."""
    why = str(dropped["why"])
    if why == "not_ready":
        return f"the page asks before {'it says `ready`' if dropped['waitsFor'] == 'ready' else 'it is loaded'}"
    if why == "too_soon":
        return f"{dropped['waited_ms'] / 1000:.1f} s after the one before; wallets drop what comes within 1.5 s"
    if why == "bad_member":
        return f"its `{dropped['member']}` is missing or wrong"
    return _REASONS.get(why, why)
