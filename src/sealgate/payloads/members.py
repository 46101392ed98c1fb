"""Reading the loosely typed members of a developer's body (platform-api 4.2, 4.3). Pure."""

import re
from typing import Any

import msgspec

from sealgate.ledger.addresses import is_classic_address
from sealgate.payloads.errors import MemberInvalid, TooLong
from sealgate.payloads.model import NULL

DEFAULT_EXPIRE_MIN = 1440
LONGEST_EXPIRE_MIN = 10 * 365 * 1440
"""Ten years: no maximum is documented, and a date must still fit a calendar."""
MAX_SIGNERS = 10
MAX_RETURN_URL = 250
MAX_NETWORK_KEY = 64
MAX_IDENTIFIER = 40
MAX_INSTRUCTION = 280
MAX_BLOB = 1500

_NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d{1,18})?")
_BLANKS = re.compile(r"[^\S\n]+")
_LINE_BLANKS = re.compile(r"(?m)^ | $")
_EMPTY_LINES = re.compile(r"\n{3,}")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
# What could move the cursor of a terminal that shows the text; line breaks stay.
_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
# A page would run these instead of going there.
_RUNNABLE_SCHEMES = frozenset({"javascript", "data", "vbscript", "blob", "file", "view-source"})


def group(body: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a member that is an object, empty where it is missing or null."""
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MemberInvalid(message=f"{name} must be an object.", pointer=f"/{name}")
    return value


def flag(value: object, default: bool) -> bool:
    """Return a boolean given as one, as a number (above 0 is true) or as text of either; else the default."""
    if isinstance(value, str):
        text = value.strip().lower()
        if text in {"true", "false"}:
            return text == "true"
        return float(text) > 0 if _NUMBER.fullmatch(text) else default
    if isinstance(value, bool):
        return value
    return value > 0 if isinstance(value, int | float) else default


def optional_flag(value: object) -> bool | None:
    """Return a flag that is only echoed, None where it was not given."""
    return None if value is None else flag(value, default=False)


def expire_minutes(value: object) -> int:
    """Return the minutes until a payload expires: what is no number above 0 means the default of a day."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 1:
        return DEFAULT_EXPIRE_MIN
    return int(min(value, LONGEST_EXPIRE_MIN))


def signers(options: dict[str, Any]) -> tuple[str, ...] | None:
    """Return the accounts that alone may sign, None where anyone may. The singular `signer` means a list of one."""
    name = "signers" if options.get("signers") is not None else "signer"
    value = options.get(name)
    if value is None or value in ([], ""):
        return None
    listed = value if isinstance(value, list) else [value]
    pointer = f"/options/{name}"
    if len(listed) > MAX_SIGNERS:
        raise MemberInvalid(
            message=f"{len(listed)} signers are listed.",
            hint=f"List at most {MAX_SIGNERS} accounts.",
            pointer=pointer,
        )
    for position, account in enumerate(listed):
        if not is_classic_address(account):
            raise MemberInvalid(
                message="A signer is no account address.",
                hint="Use classic addresses, which begin with r.",
                pointer=f"{pointer}/{position}" if isinstance(value, list) else pointer,
            )
    return tuple(dict.fromkeys(listed))


def network(value: object) -> str | None:
    """Return a network key, trimmed and upper-cased. Unknown keys are kept: the wallet refuses them (design 4.21)."""
    if not isinstance(value, str):
        return None
    key = value.strip().upper()
    if len(key) > MAX_NETWORK_KEY:
        raise MemberInvalid(message="force_network is no network key.", pointer="/options/force_network")
    return key or None


def return_url(options: dict[str, Any], which: str) -> str | None:
    """Return one of the two return URLs, trimmed, None where there is none."""
    urls = options.get("return_url")
    value = urls.get(which) if isinstance(urls, dict) else None
    if not isinstance(value, str) or not (url := value.strip()):
        return None
    pointer = f"/options/return_url/{which}"
    if len(url) > MAX_RETURN_URL:
        raise too_long(pointer, len(url), MAX_RETURN_URL)
    scheme = _SCHEME.match(url)
    if _CONTROLS.search(url) or (scheme and scheme[1].lower() in _RUNNABLE_SCHEMES):
        raise MemberInvalid(
            message="A return URL cannot be opened safely.",
            hint="Use an https:// URL or your app's own scheme.",
            pointer=pointer,
        )
    return url


def identifier(value: object) -> str | None:
    """Return the custom identifier as text; a number becomes one, blank text is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        return None
    text = str(int(value) if isinstance(value, float) and value.is_integer() else value)
    pointer = "/custom_meta/identifier"
    if len(text) > MAX_IDENTIFIER:
        raise too_long(pointer, len(text), MAX_IDENTIFIER)
    if "\0" in text:
        raise MemberInvalid(message="The identifier contains a NUL character.", pointer=pointer)
    return text


def instruction(value: object) -> str | None:
    """Return the text for the user with its white space in order, None where there is none."""
    if not isinstance(value, str):
        return None
    text = tidy(value)
    if len(text) > MAX_INSTRUCTION:
        raise too_long("/custom_meta/instruction", len(text), MAX_INSTRUCTION)
    return text or None


def tidy(text: str) -> str:
    """Return a text for people with its white space in order.

    Runs of blanks become one, lines neither begin nor end with one, at most one empty line stays between two others.
    Control characters are dropped.
    """
    text = _BLANKS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _UNPRINTABLE.sub("", text)
    return _EMPTY_LINES.sub("\n\n", _LINE_BLANKS.sub("", text)).strip()


def too_long(pointer: str, length: int, limit: int) -> TooLong:
    """Return the refusal of a text that is longer than its limit."""
    name = pointer[1:].replace("/", ".")
    return TooLong(message=f"{name} has {length} characters.", hint=f"Use at most {limit} characters.", pointer=pointer)


def blob(value: object, raw: bytes | None) -> msgspec.Raw:
    """Return `custom_meta.blob` as compact JSON text, `null` where there is none.

    With the text of the whole body at hand its own spelling is kept (`1.10` stays `1.10`), only blanks go.
    """
    if value is None:
        return NULL
    pointer = "/custom_meta/blob"
    if not isinstance(value, dict | list | str):
        raise MemberInvalid(message="custom_meta.blob must be an object or text.", pointer=pointer)
    # As JSON.stringify counts: characters of the compact form, without escapes that are not needed.
    length = len(msgspec.json.encode(value).decode())
    if length > MAX_BLOB:
        raise too_long(pointer, length, MAX_BLOB)
    if raw is not None:
        for name, member in msgspec.json.decode(raw, type=dict[str, msgspec.Raw]).items():
            if name.lower() == "custom_meta":
                spelled = msgspec.json.decode(member, type=dict[str, msgspec.Raw])["blob"]
                return msgspec.Raw(msgspec.json.format(bytes(spelled), indent=-1))
    return msgspec.Raw(msgspec.json.encode(value))
