"""The routes of user data: the app's document by key and secret, its users' values by their access tokens."""

from typing import Any

from sealgate.apps.model import App
from sealgate.tokens.model import User
from sealgate.tokens.user_routes import for_users
from sealgate.userdata import service
from sealgate.userdata.errors import (
    DocumentTooLarge,
    KeyUnusable,
    TooManyKeysAsked,
    UserNotKnown,
    UserStoreFull,
    ValueNotObject,
    ValueTooLarge,
)
from sealgate.userdata.model import check_document, check_key, check_keys, check_value
from sealgate.userdata.wire import DocumentOut, DocumentStoredOut, KeysOut, PersistedOut, ValuesOut, as_json
from sealgate.web.answers import Lenient
from sealgate.web.call import Call
from sealgate.web.routing import Router

router = Router(tags=("user data",))

_DOCUMENT = "/api/v1/platform/app-storage"
_ANY_JSON: dict[str, Any] = {"description": "Any JSON, at most 60 KB."}
_OBJECT: dict[str, Any] = {"type": "object", "description": "A JSON object of any members, at most 60 KB."}


@router.get(_DOCUMENT, caller=App, answers=DocumentOut)
async def get_document(call: Call[App]) -> DocumentOut:
    """Read the app's document; `data` is null where nothing is stored."""
    app = call.caller
    return DocumentOut.of(app, await call.db.read(service.read_document, app.uuid))


@router.post(
    _DOCUMENT, caller=App, takes=Lenient, documents=_ANY_JSON, answers=DocumentStoredOut, raises=(DocumentTooLarge,)
)
async def post_document(call: Call[App]) -> DocumentStoredOut:
    """Store the body as the app's document, in place of the one it had."""
    app = call.caller
    call.json(any_number=True)
    document = check_document(call.raw_body)
    await call.db.write(service.store_document, app.uuid, document, now=call.now)
    return DocumentStoredOut.of(app, document)


@router.delete(_DOCUMENT, caller=App, answers=DocumentStoredOut)
async def delete_document(call: Call[App]) -> DocumentStoredOut:
    """Delete the app's document."""
    app = call.caller
    await call.db.write(service.delete_document, app.uuid)
    return DocumentStoredOut.of(app, None)


@for_users(router.get, "userdata", answers=KeysOut, raises=(UserNotKnown,))
async def get_keys(call: Call[User]) -> KeysOut:
    """List the keys of all values the app keeps for this user, sorted."""
    keys = await call.db.read(service.list_keys, *_whose(call.caller))
    return KeysOut(keys=keys, count=len(keys))


@for_users(router.get, "userdata/{key:text}", answers=ValuesOut, raises=(KeyUnusable, TooManyKeysAsked, UserNotKnown))
async def get_values(call: Call[User]) -> ValuesOut:
    """Read the value of a key, or of several separated by commas; keys without a value are left out."""
    keys = check_keys(call.path["key"])
    found = await call.db.read(service.read_values, *_whose(call.caller), keys)
    return ValuesOut(data={key: as_json(text) for key, text in found.items()}, keys=list(found), count=len(found))


@for_users(
    router.post,
    "userdata/{key:text}",
    takes=Lenient,
    documents=_OBJECT,
    answers=PersistedOut,
    raises=(KeyUnusable, ValueNotObject, ValueTooLarge, UserStoreFull, UserNotKnown),
)
async def post_value(call: Call[User]) -> PersistedOut:
    """Store the body under a key for this user, in place of the value it had."""
    whose, key = _whose(call.caller), check_key(call.path["key"])
    value = check_value(call.raw_body, call.json(any_number=True))
    await call.db.write(service.store_value, *whose, key, value, now=call.now)
    return PersistedOut(operation="PERSIST")


@for_users(router.delete, "userdata/{key:text}", answers=PersistedOut, raises=(KeyUnusable, UserNotKnown))
async def delete_value(call: Call[User]) -> PersistedOut:
    """Delete a value of this user."""
    await call.db.write(service.delete_value, *_whose(call.caller), check_key(call.path["key"]))
    return PersistedOut(operation="REMOVE")


def _whose(user: User) -> tuple[str, str]:
    if user.holder_uuid is None:
        raise UserNotKnown
    return user.app.uuid, user.holder_uuid
