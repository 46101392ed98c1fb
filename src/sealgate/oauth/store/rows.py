"""From the rows of `tables` to the values of `model`, and back; for this room alone."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Column, Table, Update

from sealgate.infra.tx import Tx
from sealgate.oauth.model import (
    AuthorizationRequest,
    Code,
    Consent,
    DeviceRequest,
    Grant,
    PushedRequest,
    RefreshToken,
    Session,
    Transaction,
)
from sealgate.oauth.tables import oauth_grants

S = TypeVar("S", bound=msgspec.Struct)

GRANT_FIELDS = Grant.__struct_fields__
_CODE_FIELDS = ("code_hash", "code_expires_at", "code_spent_at")
GRANT_COLUMNS: tuple[Column[Any], ...] = tuple(oauth_grants.c[name] for name in GRANT_FIELDS)
CODE_COLUMNS: tuple[Column[Any], ...] = (*GRANT_COLUMNS, *(oauth_grants.c[name] for name in _CODE_FIELDS))

_encode = msgspec.json.Encoder().encode
_decode_request = msgspec.json.Decoder(AuthorizationRequest).decode


def columns_of(table: Table, kind: type[msgspec.Struct]) -> tuple[Column[Any], ...]:
    """Return the columns that hold the fields of `kind`, in their order."""
    return tuple(table.c[name] for name in kind.__struct_fields__)


def to_row(value: msgspec.Struct) -> dict[str, Any]:
    """Return the columns of a value; a request becomes JSON text, a tuple a JSON list."""
    row = {name: getattr(value, name) for name in value.__struct_fields__}
    if "request" in row:
        row["request"] = _encode(row["request"]).decode()
    return row


def changed(tx: Tx, change: Update, columns: Sequence[Any]) -> Any | None:
    """Run a conditional change of one row and return these columns of it, None where the condition did not hold."""
    return tx.execute(change.returning(*columns)).one_or_none()


def read_transaction(row: Sequence[Any] | None) -> Transaction | None:
    """Build a transaction, None of None."""
    return _with_request(Transaction, row)


def read_pushed(row: Sequence[Any] | None) -> PushedRequest | None:
    """Build a pushed request, None of None."""
    return _with_request(PushedRequest, row)


def read_device(row: Sequence[Any] | None) -> DeviceRequest | None:
    """Build a device's request, None of None."""
    return _with_request(DeviceRequest, row)


def read_grant(row: Sequence[Any] | None) -> Grant | None:
    """Build a grant from the columns of `GRANT_COLUMNS`, None of None."""
    return None if row is None else _grant(row)


def read_code(row: Sequence[Any] | None) -> Code | None:
    """Build a code with its grant from the columns of `CODE_COLUMNS`, None of None."""
    if row is None:
        return None
    code_hash, expires_at, spent_at = row[len(GRANT_FIELDS) :]
    return Code(hash=code_hash, grant=_grant(row[: len(GRANT_FIELDS)]), expires_at=expires_at, spent_at=spent_at)


def read_session(row: Sequence[Any] | None) -> Session | None:
    """Build a session, None of None."""
    if row is None:
        return None
    values = dict(zip(Session.__struct_fields__, row, strict=True))
    return Session(**{**values, "amr": tuple(values["amr"])})


def read_refresh_token(row: Sequence[Any] | None) -> RefreshToken | None:
    """Build a refresh token, None of None."""
    return None if row is None else RefreshToken(**dict(zip(RefreshToken.__struct_fields__, row, strict=True)))


def read_consent(row: Sequence[Any] | None) -> Consent | None:
    """Build a consent, None of None."""
    return None if row is None else Consent(**dict(zip(Consent.__struct_fields__, row, strict=True)))


def _grant(row: Sequence[Any]) -> Grant:
    values: Mapping[str, Any] = dict(zip(GRANT_FIELDS, row, strict=True))
    return Grant(**{**values, "amr": tuple(values["amr"])})


def _with_request(kind: type[S], row: Sequence[Any] | None) -> S | None:
    if row is None:
        return None
    values = dict(zip(kind.__struct_fields__, row, strict=True))
    values["request"] = _decode_request(values["request"])
    return kind(**values)
