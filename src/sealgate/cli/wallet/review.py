"""What will be signed, in words: line by line against what the application asked for."""

from typing import Any

import msgspec

from sealgate.cli.wallet.signing import Request

_UNSHOWN = frozenset({"SigningPubKey", "TxnSignature"})


class Line(msgspec.Struct, frozen=True):
    """One field: `=` as asked, `+` added by the wallet, `~` changed by the wallet, `-` asked but not signed."""

    mark: str
    field: str
    value: Any
    asked: Any = None

    def __str__(self) -> str:
        shown = f"  {self.mark} {self.field:<20} {_brief(self.value)}"
        return f"{shown}   (asked: {_brief(self.asked)})" if self.mark == "~" else shown


def compare(request: Request, transaction: dict[str, Any]) -> list[Line]:
    """Return the lines of the review, in the order of what is signed, then what is left out."""
    asked = request.payload.request_json
    lines = []
    for field, value in transaction.items():
        if field in _UNSHOWN:
            continue
        if field not in asked:
            lines.append(Line("+", field, value))
        elif asked[field] != value:
            lines.append(Line("~", field, value, asked[field]))
        else:
            lines.append(Line("=", field, value))
    lines += [
        Line("-", field, value) for field, value in asked.items() if field not in transaction and field != "SignIn"
    ]
    return lines


def describe(request: Request, lines: list[Line], *, network: str, filled: tuple[str, ...]) -> list[str]:
    """Return the whole review as lines of text."""
    tx_type = request.payload.tx_type
    what = "in" if tx_type == "SignIn" else f"a {tx_type} on {network}"
    shown = [f"{_brief(request.application.name)} asks you to sign {what}", f"  request {request.meta.uuid}"]
    if request.meta.custom_instruction:
        # Indented, so that none of their lines looks like one of ours.
        shown.append("  they say: " + "\n            ".join(request.meta.custom_instruction.splitlines()))
    shown += ["", *map(str, lines)]
    for challenge in challenges(request):
        shown += [
            "",
            "  The sign-in is bound to:",
            *(f"    {name:<10} {value}" for name, value in challenge.items() if value is not None),
        ]
    if filled:
        shown += ["", f"  No node is configured: {' and '.join(filled)} are defaults, and nothing is submitted."]
    return shown


def challenges(request: Request) -> list[dict[str, Any]]:
    """Return the challenge memos of a sign-in (design 4.6), decoded."""
    found = []
    for entry in request.payload.request_json.get("Memos", ()):
        memo = entry.get("Memo", {})
        if memo.get("MemoType", "").upper() == b"sealgate-challenge".hex().upper():
            found.append(msgspec.json.decode(bytes.fromhex(memo["MemoData"])))
    return found


def _brief(value: object) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= 100 else text[:97] + "…"
