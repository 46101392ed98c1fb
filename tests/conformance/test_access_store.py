"""The call log, the notices and the nonces, on both engines."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
import pytest

from sealgate.access import service, store
from sealgate.access.errors import CallUnknown
from sealgate.access.model import LoggedCall, Notice
from sealgate.base.clock import to_unix_s
from sealgate.base.ids import new_uuid
from tests.conftest import NOON

APP, OTHER = new_uuid(), new_uuid()
NOON_S = to_unix_s(NOON)


def a_call(app: str = APP, at=NOON, error_code: str | None = None) -> LoggedCall:
    return LoggedCall(new_uuid(), app, at, "POST", "/api/v1/platform/payload", 200, error_code, 1234)


def a_notice(at=NOON) -> Notice:
    return Notice(APP, "secret_exposed", at, new_uuid(), "GET", "/api/v1/platform/ping", "shop.example")


def unnumbered(calls: list[LoggedCall]) -> list[LoggedCall]:
    assert all(call.number for call in calls)
    return [msgspec.structs.replace(call, number=None) for call in calls]


class TestCallLog:
    def test_gives_back_what_was_logged_latest_first(self, tx):
        calls = [a_call(), a_call(error_code="813"), a_call(OTHER), a_call()]

        service.log_calls(tx, calls)

        assert unnumbered(service.list_calls(tx, APP)) == [calls[3], calls[1], calls[0]]

    def test_goes_on_before_the_last_one_of_a_page(self, tx):
        calls = [a_call() for _ in range(5)]
        service.log_calls(tx, calls)

        page = service.list_calls(tx, APP, limit=2)
        rest = service.list_calls(tx, APP, before=page[-1].number, limit=10)

        assert unnumbered(page + rest) == calls[::-1]

    @pytest.mark.parametrize("error_code", [None, "813"])
    def test_finds_a_call_by_its_reference_for_its_app_only(self, tx, error_code):
        sought = a_call(OTHER, error_code=error_code)
        service.log_calls(tx, [a_call(), sought, a_call(OTHER)])

        assert unnumbered([service.get_call(tx, OTHER, sought.ref)]) == [sought]
        with pytest.raises(CallUnknown):
            service.get_call(tx, APP, sought.ref)

    def test_searches_the_latest_calls_only_but_for_refusals(self, tx, monkeypatch):
        monkeypatch.setattr(store, "SEARCHED_CALLS", 2)
        good, refused = a_call(), a_call(error_code="813")
        service.log_calls(tx, [good, refused, a_call(), a_call()])

        assert service.get_call(tx, APP, refused.ref).error_code == "813"
        with pytest.raises(CallUnknown):
            service.get_call(tx, APP, good.ref)


class TestPruning:
    def test_deletes_what_is_too_old_and_keeps_the_rest(self, tx):
        old, young = a_call(at=NOON - timedelta(days=30, milliseconds=1)), a_call(at=NOON - timedelta(days=30))
        service.log_calls(tx, [old, young])
        service.record_notice(tx, a_notice(NOON - timedelta(days=31)))
        service.record_notice(tx, kept := a_notice())

        assert service.prune_calls(tx, now=NOON, days=30) == 2
        assert unnumbered(service.list_calls(tx, APP)) == [young]
        assert service.list_notices(tx, APP) == [kept]

    def test_goes_in_steps(self, tx, monkeypatch):
        monkeypatch.setattr(service, "PRUNED_AT_ONCE", 2)
        service.log_calls(tx, [a_call(at=NOON - timedelta(days=40)) for _ in range(5)])

        assert [service.prune_calls(tx, now=NOON, days=30) for _ in range(4)] == [2, 2, 1, 0]


class TestNonces:
    def test_is_spent_once(self, tx):
        assert service.spend_nonce(tx, "key", "n" * 16, created=NOON_S) is True
        assert service.spend_nonce(tx, "key", "n" * 16, created=NOON_S) is False

    def test_keys_do_not_share_nonces(self, tx):
        assert service.spend_nonce(tx, "key", "n" * 16, created=NOON_S)
        assert service.spend_nonce(tx, "other", "n" * 16, created=NOON_S)

    def test_is_spent_once_however_many_ask(self, database):
        def spend(_):
            with database.begin() as tx:
                won = service.spend_nonce(tx, "key", "n" * 16, created=NOON_S)
                time.sleep(0.05)  # hold the transaction open, so that the eight overlap
                return won

        with ThreadPoolExecutor(8) as eight:
            assert sorted(eight.map(spend, range(8))) == [False] * 7 + [True]

    @pytest.mark.parametrize(("after_s", "gone"), [(service.NONCE_MEMORY_S, 0), (service.NONCE_MEMORY_S + 1, 1)])
    def test_is_forgotten_only_when_its_signature_is_long_stale(self, tx, after_s, gone):
        service.spend_nonce(tx, "key", "n" * 16, created=NOON_S)

        assert service.prune_nonces(tx, now=NOON + timedelta(seconds=after_s)) == gone
