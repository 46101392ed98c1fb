"""What an xApp may tell, and to whom: the body of platform-api 17, read as loosely as clients write it. Pure."""

from typing import Any

import msgspec

from sealgate.payloads.members import flag, tidy
from sealgate.payloads.model import EMPTY
from sealgate.xapps.events_errors import XappEventInvalid

MAX_BODY = 500
MAX_SUBTITLE = 120
MAX_DATA_BYTES = 4096


class Target(msgspec.Struct, frozen=True):
    """Whom the body names; of several the first counts.

    Attributes:
        user_token: As it was sent; a UUID or not.
    """

    user_token: str | None = None
    user_uuid: str | None = None
    user_account: str | None = None

    @property
    def name(self) -> str | None:
        """The name that counts, None where there is none."""
        return self.user_token or self.user_uuid or self.user_account


class EventDraft(msgspec.Struct, frozen=True, kw_only=True):
    """An event or notification that passed every check of its body."""

    body: str
    subtitle: str | None = None
    data: msgspec.Raw = EMPTY
    silent: bool = False


def read_target(asked: dict[str, Any]) -> Target:
    """Return whom the body names.

    Raises:
        XappEventInvalid: a name is no text, or is longer than any token, UUID or address.
    """
    return Target(*(_name(asked, member) for member in Target.__struct_fields__))


def read_draft(asked: dict[str, Any], raw: bytes) -> EventDraft:
    """Return what the body says.

    Args:
        raw: The JSON text of the body, from which `data` is kept to the letter.

    Raises:
        XappEventInvalid: a member is missing, too long or of another kind.
    """
    body = _text(asked, "body", MAX_BODY)
    if not body:
        raise XappEventInvalid(message="body is missing or empty: the text that the person reads.", pointer="/body")
    return EventDraft(
        body=body,
        subtitle=" ".join(_text(asked, "subtitle", MAX_SUBTITLE).split()) or None,
        data=_data(asked.get("data"), raw),
        silent=flag(asked.get("silent"), default=False),
    )


def check_object(body: Any) -> dict[str, Any]:
    """Return the body as an object.

    Raises:
        XappEventInvalid: it is none.
    """
    if not isinstance(body, dict):
        raise XappEventInvalid(message="The body must be a JSON object.")
    return body


def _name(asked: dict[str, Any], member: str) -> str | None:
    value = asked.get(member)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > 64:
        raise XappEventInvalid(message=f"{member} must be text.", pointer=f"/{member}")
    return value.strip() or None


def _text(asked: dict[str, Any], member: str, limit: int) -> str:
    value = asked.get(member)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise XappEventInvalid(message=f"{member} must be text.", pointer=f"/{member}")
    text = tidy(value)
    if len(text) > limit:
        raise XappEventInvalid(
            message=f"{member} has {len(text)} characters.",
            hint=f"Use at most {limit} characters.",
            pointer=f"/{member}",
        )
    return text


def _data(value: object, raw: bytes) -> msgspec.Raw:
    # PHP writes an empty object as a list.
    if value is None or value == []:
        return EMPTY
    if not isinstance(value, dict):
        raise XappEventInvalid(message="data must be an object.", pointer="/data")
    spelled = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])["data"]
    text = msgspec.json.format(bytes(spelled), indent=-1)
    if len(text) > MAX_DATA_BYTES:
        raise XappEventInvalid(
            message=f"data has {len(text)} bytes.",
            hint=f"Use at most {MAX_DATA_BYTES} bytes of JSON; the xApp can fetch the rest itself.",
            pointer="/data",
        )
    return msgspec.Raw(text)
