"""What all models of answers have in common."""

from __future__ import annotations

from typing import Any, ClassVar


class Model:
    """A view of an object that the server sent: its members are attributes.

    A member that the server left out is None. What a newer server says beyond this version's knowledge is in `raw`.

    Attributes:
        raw: The object as it came.
    """

    __slots__ = ("raw",)

    _shapes: ClassVar[dict[str, str]] = {}
    """Which model a member holds; `[]` in front for a list of it, `{}` for a map."""

    raw: dict[str, Any]

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw

    def __getattr__(self, name: str) -> Any:
        if name not in type(self).__annotations__ or name == "raw":
            raise AttributeError(f"{type(self).__name__} has no member {name!r}")
        value, shape = self.raw.get(name), self._shapes.get(name)
        if shape is None or value is None:
            return value
        if shape.startswith("[]"):
            return [self._of(shape[2:], one) for one in value]
        if shape.startswith("{}"):
            return {key: self._of(shape[2:], one) for key, one in value.items()}
        return self._of(shape, value)

    @classmethod
    def _of(cls, name: str, value: Any) -> Any:
        from sealgate_client import models

        if name.startswith("[]"):
            return [cls._of(name[2:], one) for one in value]
        return getattr(models, name)(value)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *type(self).__annotations__]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self.raw == other.raw

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.raw!r})"

    def __getstate__(self) -> dict[str, Any]:
        return {"raw": self.raw}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.raw = state["raw"]
