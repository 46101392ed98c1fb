"""Tables of the slice."""

from sqlalchemy import Column, String, Table, Text

from sealgate.infra.schema import Moment, Uuid, metadata

user_values = Table(
    "user_values",
    metadata,
    Column("app_uuid", Uuid, primary_key=True),
    Column("holder_uuid", Uuid, primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

app_documents = Table(
    "app_documents",
    metadata,
    Column("app_uuid", Uuid, primary_key=True),
    Column("document", Text, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
