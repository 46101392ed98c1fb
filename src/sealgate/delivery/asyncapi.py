"""What the server tells apps, as an AsyncAPI 3.0 document made from the event types; it stands next to the OpenAPI one.

One channel, whose address every app chooses for itself, and one operation for each kind of event.
"""

import inspect
from importlib.metadata import version
from typing import Any

import msgspec

from sealgate.delivery.bodies import COMPAT_KIND
from sealgate.delivery.kinds import DATA_OF, EventData
from sealgate.web import Anyone, Call, Raw, Router
from sealgate.web.answers import encode_json

Json = dict[str, Any]

router = Router(tags=("webhooks",))

_REFS = "#/components/schemas/{name}"
_CHANNEL = "webhooks"
_TEXT: Json = {"type": "string"}

_STANDARD_HEADERS: Json = {
    "webhook-id": _TEXT | {"description": "Names the event; the same on every attempt and when it is sent again."},
    "webhook-timestamp": _TEXT | {"description": "When this attempt was made, in seconds since 1970."},
    "webhook-signature": _TEXT
    | {"description": "`v1` by the endpoint's secret, by both during a rotation; `v1a` by the server's published key."},
}
_COMPAT_HEADERS: Json = {
    "x-xumm-attempt": _TEXT | {"description": "Number of the attempt, from 1."},
    "x-xumm-payload": _TEXT | {"description": "UUID of the sign request."},
    "x-xumm-request-timestamp": _TEXT | {"description": "When this attempt was made, in seconds since 1970."},
    "x-xumm-request-signature": _TEXT
    | {"description": "HMAC-SHA1 of timestamp and body by the app's API secret without its first dash, in hex."},
}


@router.get("/asyncapi.json", caller=Anyone, answers=dict, listed=False)
async def get_asyncapi(call: Call[Anyone]) -> Raw:
    """The AsyncAPI 3.0 document; any page may read it."""
    headers = {"cache-control": "no-cache", "access-control-allow-origin": "*"}
    return Raw(encode_json(asyncapi_document()), "application/json; charset=utf-8", headers=headers)


def asyncapi_document() -> Json:
    """Return the document: every kind of event with its headers and its body."""
    kinds = tuple(DATA_OF.values())
    schemas, components = msgspec.json.schema_components(kinds, ref_template=_REFS)
    # The body of old names the URL that is called, first of all.
    meta = components["ResolvedMeta"]
    meta["properties"] = {"url": _TEXT | {"description": "The URL called."}} | meta["properties"]
    meta["required"] = ["url", *meta["required"]]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Sealgate webhooks",
            "version": version("sealgate"),
            "description": "What a Sealgate server posts to the webhook endpoints of apps.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {
            _CHANNEL: {
                "address": None,
                "title": "Webhook endpoint of an app",
                "description": "Up to five for each app, each with the kinds of events it asks for.",
                "messages": {data.kind: _ref(f"components/messages/{data.kind}") for data in kinds},
            }
        },
        "operations": {data.kind: _operation(data) for data in kinds},
        "components": {
            "messages": {data.kind: _message(data, schema) for data, schema in zip(kinds, schemas, strict=True)},
            "schemas": components,
        },
    }


def _operation(data: type[EventData]) -> Json:
    return {
        "action": "send",
        "channel": _ref(f"channels/{_CHANNEL}"),
        "summary": _first_sentence(data),
        "messages": [_ref(f"channels/{_CHANNEL}/messages/{data.kind}")],
        "bindings": {"http": {"method": "POST", "bindingVersion": "0.3.0"}},
    }


def _message(data: type[EventData], schema: Json) -> Json:
    is_compat = data.kind == COMPAT_KIND
    body = schema if is_compat else _envelope(data, schema)
    headers = _STANDARD_HEADERS | (_COMPAT_HEADERS if is_compat else {})
    return {
        "name": data.kind,
        "title": data.kind,
        "summary": _first_sentence(data),
        "headers": {"type": "object", "properties": headers, "required": list(_STANDARD_HEADERS)},
        "payload": body,
    }


def _envelope(data: type[EventData], schema: Json) -> Json:
    return {
        "type": "object",
        "properties": {
            "type": {"const": data.kind},
            "timestamp": _TEXT | {"format": "date-time", "description": "When it happened."},
            "data": schema,
        },
        "required": ["type", "timestamp", "data"],
    }


def _ref(path: str) -> Json:
    return {"$ref": f"#/{path}"}


def _first_sentence(data: type[EventData]) -> str:
    return inspect.cleandoc(data.__doc__ or "").partition("\n\n")[0].replace("\n", " ")
