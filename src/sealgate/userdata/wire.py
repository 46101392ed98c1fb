"""The answers of platform-api 15 and 16.6. What was stored stands in them as its own JSON text."""

from typing import Literal

import msgspec
from msgspec import Struct

from sealgate.apps.model import App

NULL = msgspec.Raw(b"null")


class StoringApp(Struct, frozen=True):
    """The app whose document it is."""

    name: str
    uuidv4: str

    @classmethod
    def of(cls, app: App) -> "StoringApp":
        """Return the shape of an app."""
        return cls(app.name, app.uuid)


class DocumentOut(Struct, frozen=True):
    """The app's document.

    Attributes:
        data: Null where nothing is stored.
    """

    application: StoringApp
    data: msgspec.Raw

    @classmethod
    def of(cls, app: App, document: str | None) -> "DocumentOut":
        """Return the answer to reading."""
        return cls(StoringApp.of(app), as_json(document))


class DocumentStoredOut(Struct, frozen=True):
    """The app's document as it is from now on.

    Attributes:
        stored: True, also where there was nothing to delete.
        data: Null after deleting.
    """

    application: StoringApp
    stored: bool
    data: msgspec.Raw

    @classmethod
    def of(cls, app: App, document: str | None) -> "DocumentStoredOut":
        """Return the answer to storing and deleting."""
        return cls(StoringApp.of(app), True, as_json(document))


class KeysOut(Struct, frozen=True, kw_only=True):
    """Everything the app keeps for the user, by name."""

    operation: Literal["LIST"] = "LIST"
    keys: list[str]
    count: int


class ValuesOut(Struct, frozen=True, kw_only=True):
    """Those of the values asked for that exist, in the order asked.

    Attributes:
        keys: The keys of `data`.
    """

    operation: Literal["RETRIEVE"] = "RETRIEVE"
    data: dict[str, msgspec.Raw]
    keys: list[str]
    count: int


class PersistedOut(Struct, frozen=True, kw_only=True):
    """It is stored, or it is gone.

    Attributes:
        persisted: True, also where there was nothing to delete.
    """

    operation: Literal["PERSIST", "REMOVE"]
    persisted: bool = True


def as_json(text: str | None) -> msgspec.Raw:
    """Return stored JSON text for an answer, null for None."""
    return NULL if text is None else msgspec.Raw(text.encode())
