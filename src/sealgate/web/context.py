"""What a process of the server holds: the services of `infra`, and the slices' own single objects."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sealgate.base.clock import Clock
from sealgate.base.settings import Settings
from sealgate.web.metrics import Metrics

if TYPE_CHECKING:
    from sealgate.infra.bus import Bus
    from sealgate.infra.counters import Counters
    from sealgate.infra.database import Database
    from sealgate.infra.sealing import Sealer

T = TypeVar("T")
AsyncHook = Callable[[], Awaitable[None]]


@dataclass(eq=False, slots=True)
class Context:
    """One per process, made by `asgi.py`, given to every call.

    Attributes:
        checks: By name, what `/readyz` asks; each raises when its dependency is not usable. The database, the bus and
            the counters are added by `build_app`.
        starting: Awaited in order at the start, after the database and the bus; one that raises stops the start.
        background: Loops that run until the server stops, when they are cancelled; one that raises is logged and
            started again after a pause.
        metrics: Where a slice registers what `/metrics` shows of it.
    """

    settings: Settings
    clock: Clock
    db: "Database"
    bus: "Bus"
    counters: "Counters"
    sealer: "Sealer"
    checks: dict[str, AsyncHook] = field(default_factory=dict)
    starting: list[AsyncHook] = field(default_factory=list)
    background: list[AsyncHook] = field(default_factory=list)
    metrics: Metrics = field(default_factory=Metrics)
    _singletons: dict[type[Any], object] = field(default_factory=dict)

    def put(self, singleton: object) -> None:
        """Keep the one object of its class; a second of the same class is a mistake in the wiring."""
        kind = type(singleton)
        if kind in self._singletons:
            raise ValueError(f"there already is a {kind.__name__}")
        self._singletons[kind] = singleton

    def get(self, kind: type[T]) -> T:
        """Return what `put` kept; KeyError where the wiring forgot it."""
        return cast("T", self._singletons[kind])
