"""The tables of user data. JSON is kept as its text: a JSON column would re-write numbers and sort members."""

from sqlalchemy import Column, String, Table, Text

from sealgate.infra.schema import Moment, Uuid, metadata
from sealgate.userdata.model import MAX_KEY_CHARS

app_documents = Table(
    "app_documents",
    metadata,
    Column("app_uuid", Uuid, primary_key=True),
    Column("document", Text, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

user_values = Table(
    "user_values",
    metadata,
    Column("app_uuid", Uuid, primary_key=True),
    Column("holder_uuid", Uuid, primary_key=True),
    Column("key", String(MAX_KEY_CHARS), primary_key=True),
    Column("value", Text, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
