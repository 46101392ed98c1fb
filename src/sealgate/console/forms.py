"""A form as it is shown: what stands in its fields, and what is wrong with them. Pure.

A form that is refused is shown again with all that was typed, each problem at its field.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from sealgate.apps.errors import AppInvalid
from sealgate.apps.wire import AppChangesIn
from sealgate.base.errors import SealgateError


@dataclass(frozen=True, slots=True)
class Sheet:
    """The fields of a form.

    Attributes:
        values: What stands in them, by name.
        problems: What is wrong with them, by name; what belongs to none is under the empty name.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def with_problem(self, name: str, problem: str) -> "Sheet":
        """Return the sheet with one more problem, in words."""
        return replace(self, problems={**self.problems, name: problem})

    def refused(self, refusal: SealgateError, *, at: str | None = None) -> "Sheet":
        """Return the sheet with one more problem: where the refusal points, unless `at` names the field."""
        return self.with_problem(field_of(refusal) if at is None else at, words_of(refusal))

    def value(self, name: str) -> str:
        """Return what stands in a text field."""
        found = self.values.get(name)
        return "" if found is None else str(found)

    def problem(self, name: str) -> str:
        """Return what is wrong with a field, empty for nothing."""
        return self.problems.get(name, "")


def words_of(refusal: SealgateError) -> str:
    """Return a refusal with the way out, as a sentence or two."""
    return f"{refusal.message} {refusal.hint}".strip()


def field_of(refusal: SealgateError) -> str:
    """Return the name of the field a refusal points to: `/redirect_uris/3` is `redirect_uris`."""
    pointer: str = getattr(refusal, "pointer", "") or ""
    return pointer.strip("/").partition("/")[0]


def checked_changes(typed: Mapping[str, Any], *, dev: bool) -> tuple[dict[str, Any], Sheet]:
    """Return changes of an app as the admin API would check them, and the sheet; each field is checked by itself.

    Args:
        typed: Members of `apps.wire.AppChangesIn` by name.
    """
    sheet = Sheet(dict(typed))
    changes: dict[str, Any] = {}
    for name, value in typed.items():

        def check(name: str = name, value: Any = value) -> dict[str, Any]:
            return msgspec.convert({name: value}, AppChangesIn).checked(dev=dev)

        found, sheet = attempt(check, sheet, at=name)
        changes |= found or {}
    return changes, sheet


def attempt(check: Callable[[], Any], sheet: Sheet, *, at: str) -> tuple[Any, Sheet]:
    """Return what a check returns, or None and the sheet with its refusal at the field `at`."""
    try:
        return check(), sheet
    except AppInvalid as refusal:
        return None, sheet.refused(refusal, at=at)
    except msgspec.ValidationError as problem:
        return None, sheet.with_problem(at, f"{problem}.")
