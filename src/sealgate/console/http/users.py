"""The app's users: their user tokens, their sign-ins, and the launches of its xApp."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sealgate.base.cursors import read_cursor
from sealgate.base.ids import as_uuid
from sealgate.console import user_changes
from sealgate.console.filters import TIMES, Filter, choice, uuid
from sealgate.console.listing import Listing, declare_export
from sealgate.console.model import Role
from sealgate.console.user_changes import masked
from sealgate.console.visit import AppVisit, form, page
from sealgate.infra.tx import Tx
from sealgate.ledger.addresses import is_classic_address
from sealgate.oauth import review
from sealgate.oauth.model import Grant, SignInsWanted
from sealgate.tokens import service as tokens
from sealgate.tokens.model import UserToken
from sealgate.web import Page, Redirect
from sealgate.xapps import service as xapps
from sealgate.xapps.model import Launch

STANDINGS = (("live", "valid"), ("ended", "expired or revoked"))
TOKEN_FILTERS = (
    choice("state", "State", STANDINGS, read=lambda text: text == "live"),
    uuid("token", "User token", hint="the whole of it"),
)
TOKEN_COLUMNS = ("user_token", "state", "issued_at", "expires_at", "revoked_at")


def standing_of(token: UserToken, now: datetime) -> str:
    """Return how a user token stands, in a word."""
    if token.revoked_at is not None:
        return "revoked"
    return "valid" if token.is_live(now) else "expired"


def _tokens(
    tx: Tx, app_uuid: str, values: Mapping[str, Any], after: str | None, limit: int, now: datetime
) -> tuple[Sequence[tuple[UserToken, str]], str | None]:
    if "token" in values:
        known = tokens.find_user_token(tx, app_uuid, values["token"])
        return [] if known is None else [(known, standing_of(known, now))], None
    found, end = tokens.tokens_of_app(
        tx, app_uuid, live=values.get("state"), after=read_cursor(after or ""), limit=limit, now=now
    )
    return [(token, standing_of(token, now)) for token in found], None if end is None else end.text()


def _token_row(row: tuple[UserToken, str]) -> Mapping[str, Any]:
    token, standing = row
    return {
        "user_token": masked(token.token),
        "state": standing,
        "issued_at": token.issued_at,
        "expires_at": token.expires_at,
        "revoked_at": token.revoked_at,
    }


TOKENS: Listing[tuple[UserToken, str]] = Listing(
    "/users", "user-tokens", TOKEN_FILTERS, TOKEN_COLUMNS, _tokens, _token_row
)
declare_export(TOKENS)


def _read_account(value: str) -> str:
    if not is_classic_address(value):
        raise ValueError("An account begins with r and has 25 to 35 characters.")
    return value


SIGN_IN_FILTERS = (Filter("account", "Account", _read_account), *TIMES)
SIGN_IN_COLUMNS = ("at", "account", "client", "scope", "network", "redirect_uri", "payload", "revoked_at")


def client_of(grant: Grant) -> str:
    """Return what kind of program a sign-in was for, as far as the request tells."""
    if not grant.redirect_uri:
        return "device"
    if grant.implicit:
        return "browser, implicit"
    how = "PKCE" if grant.challenge is not None else "secret"
    return f"{'popup' if grant.popup else 'redirect'}, {how}"


def _sign_ins(
    tx: Tx, app_uuid: str, values: Mapping[str, Any], after: str | None, limit: int, now: datetime
) -> tuple[Sequence[Grant], str | None]:
    wanted = SignInsWanted(
        account=values.get("account"),
        since=values.get("since"),
        until=values.get("until"),
        after=read_cursor(after or ""),
    )
    found, end = review.list_sign_ins(tx, app_uuid, wanted, limit=limit)
    return found, None if end is None else end.text()


def _sign_in_row(grant: Grant) -> Mapping[str, Any]:
    return {
        "at": grant.created_at,
        "account": grant.account,
        "client": client_of(grant),
        "scope": grant.scope,
        "network": grant.network_type,
        "redirect_uri": grant.redirect_uri.partition("?")[0] or None,
        "payload": grant.payload_uuid,
        "revoked_at": grant.revoked_at,
    }


SIGN_INS: Listing[Grant] = Listing(
    "/users/sign-ins", "sign-ins", SIGN_IN_FILTERS, SIGN_IN_COLUMNS, _sign_ins, _sign_in_row
)
declare_export(SIGN_INS)

LAUNCH_COLUMNS = ("at", "account", "origin", "network", "debug", "taken_at")


def _launches(
    tx: Tx, app_uuid: str, values: Mapping[str, Any], after: str | None, limit: int, now: datetime
) -> tuple[Sequence[Launch], str | None]:
    found, end = xapps.launches_of(tx, app_uuid, after=read_cursor(after or ""), limit=limit)
    return found, None if end is None else end.text()


def _launch_row(launch: Launch) -> Mapping[str, Any]:
    return {name: getattr(launch, name) for name in LAUNCH_COLUMNS}


LAUNCHES: Listing[Launch] = Listing("/users/launches", "xapp-launches", (), LAUNCH_COLUMNS, _launches, _launch_row)
declare_export(LAUNCHES)


@page("/apps/{app:uuid}/users", role=Role.VIEWER)
async def get_users(visit: AppVisit) -> Page:
    """List the user tokens of the app."""
    return await _users(visit)


@form("/apps/{app:uuid}/users/revoke", role=Role.DEVELOPER)
async def post_revoke(visit: AppVisit) -> Page | Redirect:
    """End the app's permission to reach a user."""
    token = as_uuid(visit.form.get("token", ""))
    if token is None or not await visit.change(user_changes.revoke_user_token, visit.app.uuid, token):
        return await _users(visit, status=404, problem="There is no valid user token like this any more.")
    return visit.back_to_app("/users", said="revoked")


@page("/apps/{app:uuid}/users/sign-ins", role=Role.VIEWER)
async def get_sign_ins(visit: AppVisit) -> Page:
    """List the sign-ins to the app."""
    return await _show_sign_ins(visit)


@form("/apps/{app:uuid}/users/sign-ins/revoke", role=Role.DEVELOPER)
async def post_revoke_sign_in(visit: AppVisit) -> Page | Redirect:
    """End what a sign-in gave the app."""
    uuid = as_uuid(visit.form.get("sign_in", ""))
    if uuid is None or not await visit.change(user_changes.revoke_sign_in, visit.app.uuid, uuid):
        return await _show_sign_ins(visit, status=404, problem="This sign-in has ended already.")
    return visit.back_to_app("/users/sign-ins", said="revoked")


@page("/apps/{app:uuid}/users/launches", role=Role.VIEWER)
async def get_launches(visit: AppVisit) -> Page:
    """List the launches of the app's xApp in the last day."""
    return await LAUNCHES.show(visit, "launches.html", now=visit.call.now)


async def _users(visit: AppVisit, *, status: int = 200, problem: str | None = None) -> Page:
    life = timedelta(days=visit.call.settings.user_token_days)
    return await TOKENS.show(visit, "users.html", status=status, problem=problem, masked=masked, life=life)


async def _show_sign_ins(visit: AppVisit, *, status: int = 200, problem: str | None = None) -> Page:
    return await SIGN_INS.show(visit, "sign_ins.html", status=status, problem=problem, client_of=client_of)
