"""The one tree of refusals: every answer that is not a success is an instance of `SealgateError`.

Subclasses live in the `errors.py` of the slice that raises them. `docs/errors.md` is generated from the
classes, so their docstring's first sentence is the public explanation of the code.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import ClassVar

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class SealgateError(Exception):
    """Something the server refuses or cannot do, in words for the caller and for the log.

    Class attributes:
        status: HTTP status of the answer.
        code: Number in the platform's error body, or an OAuth error word, or None where old clients expect null.
        message: Public cause, one sentence.
        hint: Public cure, one sentence, may be empty.
        fatal: True for the platform's fatal body (spec platform-api 1.5), else the soft one.
        headers: Extra answer headers.

    Args:
        detail: For the log only; never a secret, token, code or blob.
        message: Replaces the class's cause, where the instance knows more.
        hint: Replaces the class's cure.
        pointer: JSON pointer (RFC 6901) to the offending member of the body.
        headers: Replaces the class's headers; such as Retry-After.
    """

    status: ClassVar[int] = 500
    code: ClassVar[int | str | None] = 500
    message: str = "The server failed to handle this call."
    hint: str = ""
    fatal: ClassVar[bool] = False
    headers: Mapping[str, str] = MappingProxyType({})

    def __init__(
        self,
        *,
        detail: str = "",
        message: str | None = None,
        hint: str | None = None,
        pointer: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        if message is not None:
            self.message = message
        if hint is not None:
            self.hint = hint
        if headers is not None:
            self.headers = headers
        self.detail = detail
        self.pointer = pointer
        super().__init__(f"{type(self).__name__}: {self.message}")

    @classmethod
    def slug(cls) -> str:
        """Return the stable name used in links to the documentation: `OttUnknown` gives `ott-unknown`."""
        return _WORD_START.sub("-", cls.__name__).lower()


class Unavailable(SealgateError):
    """The server cannot take this call at the moment; nothing was stored."""

    status = 503
    code = 503
    message = "The server cannot take this call right now. Nothing was stored."
    hint = "Try again after the number of seconds in the Retry-After header."

    def __init__(self, *, retry_after_s: int = 1, detail: str = "", message: str | None = None) -> None:
        super().__init__(detail=detail, message=message, headers={"retry-after": str(retry_after_s)})


def all_errors() -> Iterator[type[SealgateError]]:
    """Yield every refusal class loaded so far, parents before children, each once."""
    waiting: list[type[SealgateError]] = [SealgateError]
    seen: set[type[SealgateError]] = set()
    while waiting:
        error = waiting.pop(0)
        if error not in seen:
            seen.add(error)
            yield error
            waiting.extend(error.__subclasses__())
