"""Alembic's side of the migrations: the only place that imports it.

A new revision is drafted by `python -m sealgate.infra.migrations "what it adds"`, which compares every slice's tables
with those the revisions so far make, and is then read and corrected by a person.
"""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

_LOCATION = "sealgate.infra:migrations"


def config_for(connection: Connection) -> Config:
    """Return Alembic's configuration for a connection whose transaction somebody else commits."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", _LOCATION)
    config.set_main_option("path_separator", "os")
    return config


def upgrade(connection: Connection) -> None:
    """Run every revision the database lacks, inside the transaction that is open on `connection`."""
    command.upgrade(config_for(connection), "head")


def draft(connection: Connection, message: str, revision: str) -> None:
    """Write a new revision file with the difference between the tables and a database at the newest revision."""
    command.revision(config_for(connection), message, autogenerate=True, rev_id=revision)
