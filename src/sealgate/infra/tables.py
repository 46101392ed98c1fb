"""Infra's own table."""

from sqlalchemy import Column, LargeBinary, Table, Text

from sealgate.infra.schema import metadata

sealed_values = Table(
    "sealed_values",
    metadata,
    Column("name", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
