"""Why a call was refused, and what to do about it: what the documentation of errors says, found for a logged call."""

from collections.abc import Collection, Sequence
from functools import lru_cache

from sealgate.access.model import LoggedCall
from sealgate.web import Context
from sealgate.web.app import App
from sealgate.web.docs import ErrorEntry, error_entries

MOST = 4


def explain(context: Context, call: LoggedCall) -> list[ErrorEntry]:
    """Return what a refused call may have been refused for: one entry where the log names it, else the likely ones."""
    if call.error_code is None:
        return []
    return explanations(call, _names_of_route(context, call))


def explanations(call: LoggedCall, of_route: Collection[str]) -> list[ErrorEntry]:
    """Return the entries for a refused call; those the route documents come first, at most four.

    Args:
        of_route: Names of the refusals that the call's route documents.
    """
    known = _entries()
    named = [entry for entry in known if entry.slug == call.error_name]
    if named:
        return named
    same = [entry for entry in known if (entry.status, entry.code) == (call.status, call.error_code)]
    return sorted(same, key=lambda entry: entry.slug not in of_route)[:MOST]


@lru_cache(maxsize=1)
def _entries() -> Sequence[ErrorEntry]:
    return [entry for entries in error_entries().values() for entry in entries]


def _names_of_route(context: Context, call: LoggedCall) -> set[str]:
    for route in context.get(App).routes:
        if (route.method, route.path) == (call.method, call.route):
            return {error.slug() for error in route.raises}
    return set()
