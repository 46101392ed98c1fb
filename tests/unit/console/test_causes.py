"""Why a call was refused, from what the log keeps of it."""

from sealgate import asgi  # noqa: F401 - every slice's refusals are known once everything is imported
from sealgate.access.model import LoggedCall
from sealgate.console.causes import explanations
from tests.conftest import NOON

UUID = "00000000-0000-4000-8000-000000000000"


def refused(status: int, code: str, name: str | None = None) -> LoggedCall:
    return LoggedCall(UUID, UUID, NOON, "GET", "/api/v1/platform/ping", status, code, 1, error_name=name)


def test_the_refusal_that_the_log_names_is_explained_alone():
    (entry,) = explanations(refused(404, "404", "payload-not-found"), of_route=())

    assert entry.slug == "payload-not-found"
    assert entry.hint or entry.meaning


def test_of_several_with_one_code_those_of_the_route_come_first():
    entries = explanations(refused(404, "404"), of_route={"payload-not-found"})

    assert entries[0].slug == "payload-not-found"
    assert 1 < len(entries) <= 4


def test_a_code_that_nobody_has_is_not_explained():
    assert explanations(refused(418, "1"), of_route=()) == []
