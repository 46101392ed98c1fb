"""One implementation for two clients: everything is written once, as coroutines.

On a client that awaits, they are awaited. On a client that blocks they are run to their end at once: its transport
does what it is asked before it returns, so its coroutines never wait and need no event loop. `operation` makes of a
coroutine function a method that fits the client it stands on, and type checkers know which.
"""

from __future__ import annotations

import functools
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterator
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

P = ParamSpec("P")
T = TypeVar("T")
B = TypeVar("B")
A = TypeVar("A")


class Blocking:
    """Methods of what is derived from this block until they are done."""


class Awaiting:
    """Methods of what is derived from this are awaited."""


def finished(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine of a client that blocks: it waits for nothing, so one step is all it needs."""
    try:
        coroutine.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    coroutine.close()
    raise RuntimeError("a coroutine waited for an event loop on a client that has none")


def iterated(elements: AsyncGenerator[T, None]) -> Iterator[T]:
    """Iterate over what an asynchronous generator of a client that blocks has."""
    try:
        while True:
            try:
                element = following(elements)
            except StopIteration:
                return
            yield element
    finally:
        finished(elements.aclose())


def following(elements: AsyncGenerator[T, None]) -> T:
    """Return the next element of an asynchronous generator of a client that blocks; StopIteration after the last."""
    try:
        return finished(_next(elements))
    except StopAsyncIteration:
        raise StopIteration from None


async def _next(elements: AsyncGenerator[T, None]) -> T:
    return await elements.__anext__()


class Paired(Generic[P, B, A]):
    """A method in two forms: gives a `B` on what blocks, an `A` on what awaits.

    Attributes:
        of: The coroutine function, for those that stand on both: `await Payloads.get.of(self, uuid)`.
    """

    def __init__(self, function: Callable[Concatenate[Any, P], A]) -> None:
        self.of = function
        self.__doc__ = function.__doc__

    @overload
    def __get__(self, instance: None, owner: Any) -> Paired[P, B, A]: ...
    @overload
    def __get__(self, instance: Blocking, owner: Any) -> Callable[P, B]: ...
    @overload
    def __get__(self, instance: Awaiting, owner: Any) -> Callable[P, A]: ...
    def __get__(self, instance: Any, owner: Any) -> Any:
        if instance is None:
            return self
        if isinstance(instance, Awaiting):
            return self.of.__get__(instance, owner)

        def method(*args: Any, **kwargs: Any) -> Any:
            return self.run(self.of(instance, *args, **kwargs))

        return functools.update_wrapper(method, self.of)

    def run(self, started: Any) -> Any:
        """Do what a client that blocks does with what the function gave."""
        return finished(started)


class operation(Paired[P, T, Coroutine[Any, Any, T]]):  # noqa: N801 - a decorator
    """A call with one answer."""


class listing(Paired[P, Iterator[T], AsyncIterator[T]]):  # noqa: N801 - a decorator
    """A call with many answers, fetched as they are asked for."""

    def run(self, started: Any) -> Any:
        return iterated(started)
