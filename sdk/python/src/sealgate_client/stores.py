"""What apps store with the platform: one document of the app, and small values for each of its users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sealgate_client import _calls
from sealgate_client._both import Awaiting, Blocking, operation


class StorageCalls(_calls.Group):
    """The app's own document: any JSON, 60 KB at most. For apps by key and secret."""

    @operation
    async def get(self) -> Any:
        """Return the document; None where nothing is stored."""
        return (await self._server.json(_calls.Call("GET", "platform/app-storage")))["data"]

    @operation
    async def set(self, document: Any) -> None:
        """Store a document in place of what was there."""
        await self._server.json(_calls.Call("POST", "platform/app-storage", body=document))

    @operation
    async def delete(self) -> None:
        """Remove the document, whether or not there is one."""
        await self._server.json(_calls.Call("DELETE", "platform/app-storage"))


class UserdataCalls(_calls.Group):
    """Values for the signed-in user: JSON objects of 60 KB at most, by keys of 3 to 64 small letters and digits."""

    @operation
    async def list(self) -> list[str]:
        """Return the keys that have a value."""
        keys: list[str] = (await self._server.json(_calls.Call("GET", "jwt/userdata")))["keys"]
        return keys

    @operation
    async def get(self, key: str) -> dict[str, Any] | None:
        """Return the value of a key; None where it has none."""
        return (await self._values([key])).get(key)

    @operation
    async def get_many(self, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return the values of up to 64 keys, by key. Keys without a value are left out."""
        return await self._values(keys)

    async def _values(self, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        path = f"jwt/userdata/{','.join(_calls.segment(key) for key in keys)}"
        values: dict[str, dict[str, Any]] = (await self._server.json(_calls.Call("GET", path)))["data"]
        return values

    @operation
    async def set(self, key: str, value: Mapping[str, Any]) -> None:
        """Store a value in place of what was there."""
        await self._server.json(_calls.Call("POST", f"jwt/userdata/{_calls.segment(key)}", body=dict(value)))

    @operation
    async def delete(self, key: str) -> None:
        """Remove a value, whether or not there is one."""
        await self._server.json(_calls.Call("DELETE", f"jwt/userdata/{_calls.segment(key)}"))


class Storage(StorageCalls, Blocking):
    """The app's own document: any JSON, 60 KB at most. For apps by key and secret."""


class AsyncStorage(StorageCalls, Awaiting):
    """The app's own document: any JSON, 60 KB at most. For apps by key and secret."""


class Userdata(UserdataCalls, Blocking):
    """Values for the signed-in user: JSON objects of 60 KB at most, by keys of 3 to 64 small letters and digits."""


class AsyncUserdata(UserdataCalls, Awaiting):
    """Values for the signed-in user: JSON objects of 60 KB at most, by keys of 3 to 64 small letters and digits."""
