"""The files that `sealgate import` reads: bounded, and each entry with its number, so that a report can name it."""

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec

from sealgate.base.clock import to_unix_s
from sealgate.cli.output import Refused

MAX_BYTES = 128 * 1024 * 1024
MAX_TOKENS = 1_000_000
# What the admin API lets pass; what is longer is refused there as it would be here.
MAX_CHARS = 64

_NAMES: Mapping[str, Sequence[str]] = {
    "token": ("token", "user_token", "usertoken", "push_token"),
    "account": ("account", "address", "user_account"),
    "issued": ("issued", "issued_at", "token_issued"),
    "expires": ("expires", "expires_at", "token_expiration", "expiration"),
}
_URI_NAMES = ("redirect_uri", "redirect_uris", "uri", "url")
# Unix seconds reach this number in the year 5138; what is larger counts milliseconds.
_MILLISECONDS_FROM = 10**11


class TokenLine(msgspec.Struct, frozen=True):
    """An entry of a list of user tokens.

    Attributes:
        number: Line of a CSV file, or place in a JSON list, from 1.
        body: What the admin API takes; None where it cannot be put so.
        why: Why it cannot.
    """

    number: int
    body: dict[str, Any] | None
    why: str = ""


def read_file(file: Path) -> str:
    """Return the text of a file, or of stdin for `-`; Refused where it cannot be read or is larger than 128 MiB."""
    try:
        if str(file) == "-":
            text = sys.stdin.read(MAX_BYTES + 1)
        else:
            with file.open(encoding="utf-8-sig") as opened:
                text = opened.read(MAX_BYTES + 1)
    except (OSError, UnicodeDecodeError) as problem:
        raise Refused(message=f"The file cannot be read: {problem}") from None
    if len(text) > MAX_BYTES:
        raise Refused(message="The file is larger than 128 MiB.", hint="Import it in pieces.")
    return text


def is_json(text: str) -> bool:
    """Tell whether a text is meant as JSON; otherwise it is lines."""
    return text.lstrip()[:1] in ("{", "[")


def redirect_entries(text: str) -> str:
    """Return the redirect entries of a CSV file, one a line: of the column that is named so, else of the first."""
    rows = [row for row in csv.reader(StringIO(text)) if any(cell.strip() for cell in row)]
    named = [cell.strip().lower() for cell in rows[0]] if rows else []
    column = next((place for place, name in enumerate(named) if name in _URI_NAMES), None)
    if column is None:
        return "\n".join(row[0] for row in rows)
    return "\n".join(row[column] for row in rows[1:] if len(row) > column)


def token_lines(text: str) -> Iterator[TokenLine]:
    """Yield the entries of a list of user tokens, JSON or CSV.

    JSON is a list of objects, or `{"tokens": […]}`; CSV has a line of names first, or the columns token, account,
    issued, expires. Times are Unix seconds or milliseconds, or ISO 8601; empty and 0 are unknown. What names a token or
    an account that an earlier entry has with another partner is not handed on: the first one counts.

    Raises:
        Refused: it is no such list, or has more than a million entries.
    """
    seen: dict[str, str] = {}
    for count, (number, entry) in enumerate(_entries(text)):
        if count == MAX_TOKENS:
            raise Refused(message=f"The list has more than {MAX_TOKENS} entries.", hint="Import it in pieces.")
        line = _line(number, entry)
        if line.body is not None:
            token, account = line.body["token"].lower(), line.body["account"]
            if seen.get(token, account) == account and seen.get(account, token) == token:
                seen.update({token: account, account: token})
            else:
                line = TokenLine(number, None, "The token or the account stands above with another partner.")
        yield line


def _entries(text: str) -> Iterator[tuple[int, Mapping[str, Any] | None]]:
    if not is_json(text):
        yield from _rows(text)
        return
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as problem:
        raise Refused(message=f"The list is no JSON: {problem}") from None
    entries = found.get("tokens") if isinstance(found, dict) else found
    if not isinstance(entries, list):
        raise Refused(message='The list must be a JSON list of objects, or {"tokens": […]}.')
    for number, entry in enumerate(entries, 1):
        yield number, {str(name).lower(): value for name, value in entry.items()} if isinstance(entry, dict) else None


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, Any] | None]]:
    reader = csv.reader(StringIO(text))
    names: list[str] | None = None
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if names is None:
                lowered = [cell.lower() for cell in cells]
                named = any(name in lowered for name in _NAMES["token"])
                names = lowered if named else list(_NAMES)
                if named:
                    continue
            yield reader.line_num, dict(zip(names, cells, strict=False))
    except csv.Error as problem:
        raise Refused(message=f"Line {reader.line_num} is no CSV: {problem}.") from None


def _line(number: int, entry: Mapping[str, Any] | None) -> TokenLine:
    if entry is None:
        return TokenLine(number, None, "It is no object.")
    found = {ours: next((entry[name] for name in names if entry.get(name)), None) for ours, names in _NAMES.items()}
    if not isinstance(found["token"], str) or not isinstance(found["account"], str):
        return TokenLine(number, None, "It needs a token and an account, as text.")
    if not all(text.isascii() and text.isprintable() for text in (found["token"], found["account"])):
        return TokenLine(number, None, "The token or the account has characters that neither can have.")
    body: dict[str, Any] = {name: str(found[name])[:MAX_CHARS] for name in ("token", "account")}
    for name in ("issued", "expires"):
        try:
            body[name] = _unix_s(found[name])
        except (ValueError, OverflowError):
            return TokenLine(number, None, f"The time in {name!r} is neither Unix seconds nor ISO 8601.")
    return TokenLine(number, body)


def _unix_s(value: Any) -> int | None:
    if value is None or value == "0":
        return None
    if isinstance(value, str) and not value.replace(".", "", 1).isdigit():
        moment = datetime.fromisoformat(value)
        return to_unix_s(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError
    seconds = float(value)
    seconds = seconds / 1000 if seconds >= _MILLISECONDS_FROM else seconds
    if not 0 <= seconds < _MILLISECONDS_FROM:
        raise ValueError
    return int(seconds)
