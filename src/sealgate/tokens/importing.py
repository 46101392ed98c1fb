"""User tokens from another platform: taken in for accounts, claimed by whoever proves to hold the account's own key.

Until it is claimed an imported value counts for nothing: a list of accounts is nobody's word. See ADR 35.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Literal

import msgspec

from sealgate.apps import service as apps
from sealgate.apps.errors import AppUnknown
from sealgate.base.clock import from_ms
from sealgate.base.ids import as_uuid
from sealgate.infra.tx import Tx
from sealgate.ledger.addresses import is_classic_address
from sealgate.tokens import importing_store as store
from sealgate.tokens.errors import TooManyImported
from sealgate.tokens.model import ImportedToken, UserToken

MAX_IMPORTED = 1_000_000
"""Of one app, those that were claimed included."""

Refusal = Literal[
    "no_token",
    "no_account",
    "bad_times",
    "expired",
    "listed_before",
    "other_token",
    "other_account",
    "claimed",
    "in_use",
]
Verdict = Literal["taken", "known"] | Refusal

WHY: Mapping[Refusal, str] = MappingProxyType(
    {
        "no_token": "The token is not a UUID.",
        "no_account": "The account is not a classic address (r…).",
        "bad_times": "It was issued in the future, or ended before it was issued.",
        "expired": "It has expired; the next signature brings a new one.",
        "listed_before": "The token or the account is in an earlier line, with another partner; the first line counts.",
        "other_token": "The app has imported another token for this account.",
        "other_account": "This token was imported before, for another account or another app.",
        "claimed": "Somebody has proved the account and has this token already.",
        "in_use": "This server has given the value out as a user token.",
    }
)


class Line(msgspec.Struct, frozen=True):
    """One token of a list, as it was given. Times are Unix seconds, None or 0 where they are not known."""

    token: str
    account: str
    issued: int | None = None
    expires: int | None = None


def judge(tx: Tx, app_uuid: str, lines: Sequence[Line], *, now: datetime) -> list[Verdict]:
    """Return for each line what `import_tokens` would do with it. Writes nothing.

    Raises:
        AppUnknown: there is no such app, or none any more.
    """
    if (app := apps.get_app(tx, app_uuid)).deleted_at is not None:
        raise AppUnknown(detail=f"app={app.uuid}")
    tokens = {uuid for line in lines if (uuid := as_uuid(line.token))}
    accounts = {line.account for line in lines if is_classic_address(line.account)}
    stored = store.find_all(tx, app_uuid, tokens=tokens, accounts=accounts)
    in_use = store.find_in_use(tx, tokens)
    by_token = {one.token: one for one in stored}
    by_account = {one.account: one for one in stored if one.app_uuid == app_uuid}
    seen: dict[str, str] = {}

    def verdict(line: Line) -> Verdict:
        if (wrong := _check(line, now)) is not None:
            return wrong
        token = str(as_uuid(line.token))
        if token in seen or line.account in seen:
            return "known" if seen.get(token) == line.account else "listed_before"
        if (same := by_token.get(token)) is not None:
            if (same.app_uuid, same.account) != (app_uuid, line.account):
                return "other_account"
            return "known" if same.claimed_at is None else "claimed"
        if line.account in by_account:
            return "other_token"
        if token in in_use:
            return "in_use"
        seen.update({token: line.account, line.account: token})
        return "taken"

    return [verdict(line) for line in lines]


def import_tokens(tx: Tx, app_uuid: str, lines: Sequence[Line], *, now: datetime) -> list[Verdict]:
    """Store the tokens that can wait for their accounts, and return what became of each line, in their order.

    A second time nothing changes: what waits already is `known`.

    Raises:
        AppUnknown: there is no such app, or none any more.
        TooManyImported: the app would have more than `MAX_IMPORTED`.
    """
    verdicts = judge(tx, app_uuid, lines, now=now)
    new = {line.token.lower(): line for line, verdict in zip(lines, verdicts, strict=True) if verdict == "taken"}
    if new and store.count(tx, app_uuid) + len(new) > MAX_IMPORTED:
        raise TooManyImported(detail=f"app={app_uuid}")
    # In one order everywhere: two imports that meet wait for each other, and never across.
    stored = store.insert_all(tx, [_imported(app_uuid, token, new[token], now) for token in sorted(new)])
    if len(stored) == len(new):
        return verdicts
    # Another import was a moment ahead; what it stored is to be seen by now.
    again = judge(tx, app_uuid, lines, now=now)
    return [
        late if verdict == "taken" and line.token.lower() not in stored else verdict
        for line, verdict, late in zip(lines, verdicts, again, strict=True)
    ]


def is_waiting(tx: Tx, app_uuid: str, token: str, now: datetime) -> bool:
    """Tell whether the app has imported this user token and nobody has claimed it yet."""
    return store.is_waiting(tx, app_uuid, token, now=now)


def claimed_for(tx: Tx, fresh: UserToken, account: str, *, now: datetime) -> UserToken:
    """Return the token of a pair that was given a fresh one in this transaction: the account's imported one, if any.

    Of several holders who prove the account, the first gets it. The caller knows that this one has proved it.
    """
    claimed = store.claim(tx, fresh.app_uuid, account, fresh.holder_uuid, now=now)
    if claimed is None:
        return fresh
    token, issued_at = claimed
    store.put_in_place(tx, fresh, token, issued_at or fresh.issued_at)
    return msgspec.structs.replace(fresh, token=token, issued_at=issued_at or fresh.issued_at)


def _check(line: Line, now: datetime) -> Refusal | None:
    if as_uuid(line.token) is None:
        return "no_token"
    if not is_classic_address(line.account):
        return "no_account"
    issued_at, expires_at = _moment(line.issued), _moment(line.expires)
    if issued_at is not None and (issued_at > now or (expires_at is not None and expires_at <= issued_at)):
        return "bad_times"
    return "expired" if expires_at is not None and expires_at <= now else None


def _imported(app_uuid: str, token: str, line: Line, now: datetime) -> ImportedToken:
    return ImportedToken(token, app_uuid, line.account, _moment(line.issued), _moment(line.expires), now)


def _moment(unix_s: int | None) -> datetime | None:
    return from_ms(unix_s * 1000) if unix_s else None
