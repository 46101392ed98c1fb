"""The parameters of a call to an endpoint for programs: a form, or the same as a JSON object (W13)."""

from collections.abc import Mapping
from typing import Any

from sealgate.oauth.errors import InvalidRequest
from sealgate.web import Call, read_form
from sealgate.web.errors import BodyTooLarge

MAX_BODY_BYTES = 32_768
FORM = "application/x-www-form-urlencoded"

Params = Mapping[str, str]


async def read_params(call: Call[Any]) -> Params:
    """Return the parameters in the body. One without a value counts as absent (RFC 6749, 3.2).

    Raises:
        InvalidRequest: a parameter comes twice, or is neither text nor null in JSON.
        BodyTooLarge: more than 32 KiB.
        QueryInvalid, BodyUnusable: the body cannot be read.
    """
    raw = await call.read_body()
    if len(raw) > MAX_BODY_BYTES:
        raise BodyTooLarge(message=f"The body is too large: this endpoint reads up to {MAX_BODY_BYTES} bytes.")
    if "json" in call.headers.get("content-type", "").partition(";")[0].lower():
        return _of_json(call.json())
    params: dict[str, str] = {}
    for name, value in read_form(raw) if raw else ():
        if name in params:
            raise InvalidRequest(message=f"The parameter {shown(name)} was sent more than once.")
        params[name] = value
    return {name: value for name, value in params.items() if value}


def required(params: Params, name: str) -> str:
    """Return a parameter.

    Raises:
        InvalidRequest: it is missing or empty.
    """
    value = params.get(name)
    if value is None:
        raise InvalidRequest(message=f"Required parameters are missing in the request: {name}.")
    return value


def shown(name: str) -> str:
    """Return a parameter's name as it may stand in a message: printable ASCII without quotes, and short."""
    return "".join(char if char.isascii() and char.isprintable() and char not in '"\\' else "?" for char in name[:64])


def _of_json(body: Any) -> Params:
    if not isinstance(body, dict):
        raise InvalidRequest(message="The body must be a JSON object with the parameters as its members.")
    params: dict[str, str] = {}
    for name, value in body.items():
        if value is None or value == "":
            continue
        if not isinstance(value, str):
            raise InvalidRequest(message=f"The parameter {shown(name)} must be text.")
        params[name] = value
    return params
