"""The one metadata object that every slice's `tables.py` defines its tables on, and the column types they share."""

import importlib
import pkgutil
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, ColumnElement, Dialect, Index, LargeBinary, MetaData, Text
from sqlalchemy.types import TypeDecorator

import sealgate
from sealgate.base.clock import from_ms, to_ms
from sealgate.base.ids import uuid_bytes, uuid_text

# Constraint names must be the same on both engines: a migration names what it changes.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware UTC time in the code, whole milliseconds since 1970 in a BIGINT. What is finer is cut off."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_ms(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_ms(value)


class Uuid(TypeDecorator[str]):
    """Lower-case UUID text in the code, its 16 bytes in the database."""

    impl = LargeBinary(16)
    cache_ok = True

    def __repr__(self) -> str:
        """As a migration writes it: the length is part of the type."""
        return "Uuid()"

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else uuid_bytes(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else uuid_text(value)


class Json(TypeDecorator[Any]):
    """Any JSON value in the code, its compact text in the database. None is NULL, never the text `null`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else msgspec.json.encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else msgspec.json.decode(value)


def partial_index(name: str, *columns: Column[Any], where: ColumnElement[bool], unique: bool = False) -> Index:
    """Return an index of the rows that meet a condition, on both engines.

    PostgreSQL hears of the condition in `load_tables`, and a running server does not ask: naming it here would import
    that engine's dialect on SQLite too, for 20 ms.
    """
    return Index(name, *columns, unique=unique, sqlite_where=where, info={"where": where})


def load_tables() -> None:
    """Import every slice's `tables.py`, so that `metadata` is whole: for migrations and tests."""
    for folder in sealgate.__path__:
        for package in pkgutil.iter_modules([folder]):
            if package.ispkg and (Path(folder) / package.name / "tables.py").exists():
                importlib.import_module(f"sealgate.{package.name}.tables")
    for table in metadata.tables.values():
        for index in table.indexes:
            if "where" in index.info:
                index.dialect_options["postgresql"]["where"] = index.info["where"]
