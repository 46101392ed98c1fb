"""The admin API of the keys that sign tokens: `/api/v1/admin/keys`."""

import msgspec

from sealgate.apps.model import SigningAlg
from sealgate.base.clock import to_wire
from sealgate.infra.tx import Tx
from sealgate.tokens.errors import RotationUnderWay
from sealgate.tokens.key_ring import KEPT_RETIRED
from sealgate.tokens.model import KeyState, SigningKey
from sealgate.tokens.signing import TokenKeys
from sealgate.web.call import Call
from sealgate.web.callers import Admin
from sealgate.web.routing import Router

router = Router(tags=("keys",))

_KEYS = "/api/v1/admin/keys"


class KeyOut(msgspec.Struct):
    """A published key. `activates_at` is when it begins to sign, `leaves_at` when a retired one is forgotten."""

    kid: str
    alg: SigningAlg
    state: KeyState
    created_at: str
    activates_at: str
    retired_at: str | None
    leaves_at: str | None

    @classmethod
    def of(cls, key: SigningKey) -> "KeyOut":
        retired = key.retired_at
        return cls(
            kid=key.kid,
            alg=key.alg,
            state=key.state,
            created_at=to_wire(key.created_at),
            activates_at=to_wire(key.activates_at),
            retired_at=None if retired is None else to_wire(retired),
            leaves_at=None if retired is None else to_wire(retired + KEPT_RETIRED),
        )


class KeysOut(msgspec.Struct):
    """Every published key, in the order of the JWKS: retired, next, in use."""

    keys: list[KeyOut]


class RotationAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How to rotate; `now` withdraws every key at once, and all tokens, sessions and refresh tokens with them."""

    now: bool = False


@router.get(_KEYS, caller=Admin, answers=KeysOut)
async def list_keys(call: Call[Admin]) -> KeysOut:
    """List the keys that sign tokens, without their private halves."""
    return _out(call.context.get(TokenKeys))


@router.post(f"{_KEYS}/rotate", caller=Admin, query=RotationAsked, answers=KeysOut, raises=(RotationUnderWay,))
async def rotate_keys(call: Call[Admin]) -> KeysOut:
    """Begin a rotation: the next keys are published now and take over in a day, so that no verification fails.

    With `now=true`, because a key has leaked: every key is withdrawn and replaced, and everybody signs in again.
    """
    keys = call.context.get(TokenKeys)
    await (keys.replace(now=call.now) if call.asked.now else keys.rotate(now=call.now))
    # The keys are stored by then; this write is for the record of who changes what.
    await call.db.write(_nothing_more)
    return _out(keys)


def _nothing_more(tx: Tx) -> None:
    """The call's write, where what it changes is written elsewhere."""


def _out(keys: TokenKeys) -> KeysOut:
    return KeysOut([KeyOut.of(key) for key in keys.known])
