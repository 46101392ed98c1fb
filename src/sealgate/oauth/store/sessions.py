"""Who is signed in, and what people agreed to."""

from datetime import datetime

from sqlalchemy import ClauseElement, and_, bindparam, insert, select, update

from sealgate.infra.database import insert_for
from sealgate.infra.hot import HotStatement
from sealgate.infra.tx import EngineName, Tx
from sealgate.oauth.model import Consent, Session
from sealgate.oauth.store.rows import changed, columns_of, read_session, to_row
from sealgate.oauth.tables import oauth_consents, oauth_refresh_tokens, oauth_sessions

_R, _S = oauth_refresh_tokens.c, oauth_sessions.c
_SESSION = columns_of(oauth_sessions, Session)
_INSERT_SESSION = HotStatement(insert(oauth_sessions), columns=Session.__struct_fields__)


def _insert_consent_if_new(engine: EngineName) -> ClauseElement:
    values = {column.name: bindparam(column.name, type_=column.type) for column in oauth_consents.columns}
    insertion: ClauseElement = insert_for(engine, oauth_consents).values(values).on_conflict_do_nothing()
    return insertion


_INSERT_CONSENT_IF_NEW = HotStatement(_insert_consent_if_new)


def insert_session(tx: Tx, session: Session) -> None:
    """Store a session that begins."""
    _INSERT_SESSION.run(tx, **to_row(session))


def find_session(tx: Tx, cookie_hash: bytes, *, idle_since: datetime, now: datetime) -> Session | None:
    """Return the live session of a cookie: not ended, not expired, used after `idle_since`; else None."""
    live = and_(_S.hash == cookie_hash, _S.ended_at.is_(None), _S.expires_at > now, _S.used_at > idle_since)
    return read_session(tx.execute(select(*_SESSION).where(live)).one_or_none())


def touch_session(tx: Tx, cookie_hash: bytes, *, now: datetime) -> None:
    """Note that a session was used."""
    tx.execute(update(oauth_sessions).where(_S.hash == cookie_hash).values(used_at=now))


def end_session(tx: Tx, cookie_hash: bytes, *, now: datetime) -> Session | None:
    """End a session. Not None for one caller ever."""
    open_ = and_(_S.hash == cookie_hash, _S.ended_at.is_(None))
    return read_session(changed(tx, update(oauth_sessions).where(open_).values(ended_at=now), _SESSION))


def end_all_sessions(tx: Tx, *, now: datetime) -> None:
    """End every session."""
    tx.execute(update(oauth_sessions).where(_S.ended_at.is_(None)).values(ended_at=now))


def end_all_refresh_tokens(tx: Tx, *, now: datetime) -> None:
    """Let every refresh token expire now."""
    tx.execute(update(oauth_refresh_tokens).where(_R.expires_at > now).values(expires_at=now))


def remember_consent(tx: Tx, consent: Consent) -> None:
    """Remember that an account lets an app have these scopes."""
    _INSERT_CONSENT_IF_NEW.run(tx, **to_row(consent))


def has_consent(tx: Tx, *, account: str, app_uuid: str, scopes: str) -> bool:
    """Tell whether the account lets the app have exactly these scopes."""
    given = oauth_consents.c
    same = and_(given.account == account, given.app_uuid == app_uuid, given.scopes == scopes)
    return tx.execute(select(given.account).where(same)).one_or_none() is not None
