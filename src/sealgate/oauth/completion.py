"""The end of an authorization: one conditional statement decides who gets the answer, and only then it is made."""

from datetime import datetime, timedelta

import msgspec

from sealgate.apps.model import App
from sealgate.base.ids import hash_secret, new_token, new_uuid
from sealgate.base.settings import Settings
from sealgate.infra.tx import Tx
from sealgate.oauth import store
from sealgate.oauth.grants.issue import Issue, prepare
from sealgate.oauth.model import (
    ACR_BOUND,
    CODE_TTL_COMPAT_S,
    CODE_TTL_S,
    AuthorizationRequest,
    Consent,
    Grant,
    Session,
    Transaction,
)
from sealgate.oauth.sessions import SESSION_MAX_S, consent_scopes
from sealgate.payloads import service as payloads
from sealgate.payloads.model import Payload

# What the wallet says of how its person approved, in the words of RFC 8176; a statement, not an attestation.
_AMR: dict[str, tuple[str, ...]] = {
    "PIN": ("pop", "pin"),
    "BIOMETRIC": ("pop", "user"),
    "PASSPHRASE": ("pop", "pwd"),
    "TANGEM": ("pop", "hwk"),
}


class Completed(msgspec.Struct, frozen=True, kw_only=True):
    """What the winner takes along.

    Attributes:
        code: For the app, None in the implicit flow and for a device.
        issue: The token to be signed after the commit, in the implicit flow.
        session_secret: Value of the session cookie, None where no session begins.
    """

    grant: Grant
    code: str | None = None
    issue: Issue | None = None
    session_secret: str | None = None


def complete(
    tx: Tx,
    app: App,
    transaction: Transaction,
    payload: Payload,
    *,
    by: str,
    settings: Settings,
    now: datetime,
    former_session: bytes | None = None,
) -> Completed | None:
    """Turn a signature into a grant. Not None for one caller ever, however many come at once.

    Args:
        payload: Signed.
        by: `browser`, the one that began, or `phone`, the one the wallet led to.
        former_session: Hash of the session cookie this browser had; that session ends.
    """
    outcome = payload.outcome
    assert outcome is not None
    assert outcome.account is not None
    assert payload.resolved_at is not None
    request = transaction.request
    keeps_session = transaction.kind == "browser" and request.shape == "oidc"
    grant = _grant(
        request,
        app_uuid=app.uuid,
        account=outcome.account,
        holder_uuid=outcome.holder_uuid,
        payload_uuid=payload.uuid,
        user_token=payloads.issued_user_token(tx, payload, now),
        network_type=outcome.environment_nodetype,
        network_endpoint=outcome.environment_nodeuri,
        network_id=outcome.environment_networkid,
        auth_time=payload.resolved_at,
        acr=ACR_BOUND,
        amr=_AMR.get(outcome.signmethod or "", ("pop",)),
        session_id=new_uuid() if keeps_session else None,
        created_at=now,
    )
    if not store.complete_transaction(tx, transaction.uuid, by=by, grant_uuid=grant.uuid, now=now):
        return None
    _use_up(tx, transaction, grant_uuid=grant.uuid, now=now)
    secret = _begin_session(tx, grant, now=now) if keeps_session else None
    if secret is not None and former_session is not None:
        store.end_session(tx, former_session, now=now)
    return _handed_out(tx, app, transaction, grant, settings=settings, session_secret=secret, now=now)


def complete_from_session(
    tx: Tx,
    app: App,
    request: AuthorizationRequest,
    session: Session,
    *,
    settings: Settings,
    now: datetime,
    transaction: Transaction | None = None,
    pushed_hash: bytes | None = None,
) -> Completed | None:
    """Grant what a live session allows, without a new signature (oauth2 B5.4).

    Args:
        transaction: That waited for the person's word, where they were asked.
        pushed_hash: Where nobody was asked, the pushed request that this uses up.

    Returns:
        None where the transaction was answered before.
    """
    is_same_app = session.app_uuid == app.uuid
    grant = _grant(
        request,
        app_uuid=app.uuid,
        account=session.account,
        holder_uuid=session.holder_uuid,
        # The signature was made for one app; another one has no business with it.
        payload_uuid=session.payload_uuid if is_same_app else None,
        user_token=session.user_token if is_same_app else None,
        network_type=session.network_type,
        network_endpoint=session.network_endpoint,
        network_id=session.network_id,
        auth_time=session.auth_time,
        acr=session.acr,
        amr=session.amr,
        session_id=session.sid,
        created_at=now,
    )
    if transaction is not None:
        if not store.complete_transaction(tx, transaction.uuid, by="browser", grant_uuid=grant.uuid, now=now):
            return None
        _use_up(tx, transaction, grant_uuid=grant.uuid, now=now)
    elif pushed_hash is not None:
        store.use_pushed_request(tx, pushed_hash, now=now)
    store.touch_session(tx, session.hash, now=now)
    return _handed_out(tx, app, transaction, grant, settings=settings, session_secret=None, now=now)


def deny(tx: Tx, transaction: Transaction, *, by: str, now: datetime) -> bool:
    """End a transaction without a grant. True for one caller ever."""
    if not store.complete_transaction(tx, transaction.uuid, by=by, grant_uuid=None, now=now):
        return False
    _use_up(tx, transaction, grant_uuid=None, now=now)
    if transaction.payload_uuid is not None:
        payloads.cancel_payload(tx, transaction.app_uuid, transaction.payload_uuid, now=now)
    return True


def _grant(request: AuthorizationRequest, **who: object) -> Grant:
    values: dict[str, object] = {
        "uuid": new_uuid(),
        "scope": request.scope,
        "shape": request.shape,
        "response_type": request.response_type,
        "redirect_uri": request.redirect_uri,
        "popup": request.popup,
        "state": request.state,
        "nonce": request.nonce,
        "challenge": request.challenge,
    }
    return Grant(**values, **who)  # type: ignore[arg-type]


def _use_up(tx: Tx, transaction: Transaction, *, grant_uuid: str | None, now: datetime) -> None:
    if transaction.pushed_hash is not None:
        store.use_pushed_request(tx, transaction.pushed_hash, now=now)
    if transaction.device_hash is not None:
        if grant_uuid is None:
            store.deny_device(tx, transaction.device_hash, now=now)
        else:
            store.approve_device(tx, transaction.device_hash, grant_uuid=grant_uuid, now=now)


def _handed_out(
    tx: Tx,
    app: App,
    transaction: Transaction | None,
    grant: Grant,
    *,
    settings: Settings,
    session_secret: str | None,
    now: datetime,
) -> Completed:
    if grant.shape == "oidc" or grant.offline:
        consent = Consent(account=grant.account, app_uuid=app.uuid, scopes=consent_scopes(grant.scopes), given_at=now)
        store.remember_consent(tx, consent)
    if transaction is not None and transaction.kind == "device":
        store.insert_grant(tx, grant)
        return Completed(grant=grant)
    if grant.implicit:
        store.insert_grant(tx, grant)
        issue = prepare(tx, app, grant, settings=settings, now=now)
        return Completed(grant=grant, issue=issue, session_secret=session_secret)
    code = new_token()
    ttl_s = CODE_TTL_S if grant.shape == "oidc" else CODE_TTL_COMPAT_S
    store.insert_grant(tx, grant, code_hash=hash_secret(code), code_expires_at=now + timedelta(seconds=ttl_s))
    return Completed(grant=grant, code=code, session_secret=session_secret)


def _begin_session(tx: Tx, grant: Grant, *, now: datetime) -> str:
    assert grant.session_id is not None
    secret = new_token()
    session = Session(
        hash=hash_secret(secret),
        sid=grant.session_id,
        app_uuid=grant.app_uuid,
        account=grant.account,
        holder_uuid=grant.holder_uuid,
        payload_uuid=grant.payload_uuid,
        user_token=grant.user_token,
        network_type=grant.network_type,
        network_endpoint=grant.network_endpoint,
        network_id=grant.network_id,
        auth_time=grant.auth_time,
        acr=grant.acr,
        amr=grant.amr,
        created_at=now,
        used_at=now,
        expires_at=now + timedelta(seconds=SESSION_MAX_S),
    )
    store.insert_session(tx, session)
    return secret
