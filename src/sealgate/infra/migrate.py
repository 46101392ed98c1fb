"""The schema's version: which one the database has, whether this program fits it, and how to bring it up to date.

Alembic is imported only when there is something to migrate.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import inspect, text

from sealgate.base.errors import Unavailable
from sealgate.base.settings import Settings
from sealgate.infra.bus import LocalBus
from sealgate.infra.database import Database, Tx
from sealgate.infra.errors import DatabaseUnreachable, SchemaTooNew, SchemaTooOld

HEAD = "0008"
"""The newest revision in `migrations/versions`: what this program works with. Revisions are numbered in order."""

# Any number will do, as long as every Sealgate locks the same one.
_ADVISORY_LOCK = 7_305_411_864


def current_revision(tx: Tx) -> str | None:
    """Return the revision the database is at, None where it has no tables of ours yet."""
    if not inspect(tx.connection).has_table("alembic_version"):
        return None
    revision: str | None = tx.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return revision


def is_current(settings: Settings) -> bool:
    """True when the database is at the revision this program works with.

    Raises:
        SchemaTooNew: a newer program made it.
        DatabaseUnreachable: it does not answer, or stayed locked.
    """
    with _transaction(settings) as tx:
        return _known(current_revision(tx)) == HEAD


def require_current(settings: Settings) -> None:
    """Return when this program fits the database.

    Raises:
        SchemaTooOld: it must be migrated first.
        SchemaTooNew: a newer program made it.
        DatabaseUnreachable: it does not answer, or stayed locked.
    """
    with _transaction(settings) as tx:
        revision = _known(current_revision(tx))
    if revision is None:
        raise SchemaTooOld(message="The database has no tables yet.", hint="Run `sealgate migrate`.")
    if revision != HEAD:
        raise SchemaTooOld(message=f"The database is at revision {revision}, this Sealgate works with {HEAD}.")


def migrate(settings: Settings) -> str | None:
    """Bring the database to this program's revision, all of it or nothing. Several may ask at once.

    Returns:
        The revision it was at before: `HEAD` when there was nothing to do, None for an empty database.

    Raises:
        SchemaTooNew: a newer program made it.
        DatabaseUnreachable: it does not answer, or stayed locked.
    """
    with _transaction(settings) as tx:
        if tx.engine == "postgresql":
            # Whoever comes second waits for as long as the first needs.
            tx.execute(text("SET LOCAL lock_timeout = 0"))
            tx.execute(text("SET LOCAL statement_timeout = 0"))
            tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        before = _known(current_revision(tx))
        if before != HEAD:
            from sealgate.infra.migrations import upgrade

            upgrade(tx.connection)
        return before


@contextmanager
def _transaction(settings: Settings) -> Iterator[Tx]:
    database = Database.open(settings, LocalBus())
    try:
        with database.begin() as tx:
            yield tx
    except Unavailable as refusal:
        cause = getattr(refusal.__cause__, "orig", None) or refusal.detail
        raise DatabaseUnreachable(message=f"The database does not answer: {str(cause).strip()}") from refusal
    finally:
        database.engine.dispose()


def _known(revision: str | None) -> str | None:
    if revision is not None and revision > HEAD:
        raise SchemaTooNew(
            message=f"The database was made by a newer Sealgate: it is at revision {revision}, this one knows {HEAD}."
        )
    return revision
