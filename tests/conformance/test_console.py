"""Developers, their parts in apps, invitations and the audit log, the same on both engines."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from sealgate.apps import service as apps
from sealgate.apps.model import AppDraft
from sealgate.console import audit, service
from sealgate.console.errors import AuditBroken, InvitationGone, LastOperator, LastOwner, NotADeveloper
from sealgate.console.model import Role
from tests.conftest import NOON

ANN, BOB = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"


class TestTheAuditLog:
    def test_numbers_its_entries_and_chains_them(self, tx):
        first = audit.record(tx, ANN, "app.created", details={"b": 1, "a": ["é", None]}, now=NOON)
        second = audit.record(tx, BOB, "app.changed", now=NOON)

        assert (first.number, second.number) == (1, 2)
        assert second.hash == audit.hash_of(second, first.hash)
        assert audit.verify(tx) == (2, second.hash)
        assert audit.entries(tx, limit=10) == [second, first]

    def test_is_whole_when_empty(self, tx):
        assert audit.verify(tx) == (0, audit.START)

    @pytest.mark.parametrize(
        ("tampering", "told"),
        [
            ("UPDATE audit_log SET actor = 'x' WHERE number = 2", "entry 2 does not fit"),
            ("UPDATE audit_log SET details = '{}' WHERE number = 2", "entry 2 does not fit"),
            ("DELETE FROM audit_log WHERE number = 2", "entry 2 is missing"),
            ("DELETE FROM audit_log WHERE number = 3", "it ends at 2 and had 3"),
        ],
    )
    def test_tells_where_it_was_tampered_with(self, tx, tampering, told):
        for number in range(3):
            audit.record(tx, ANN, "app.changed", details={"number": number}, now=NOON)

        tx.execute(text(tampering))

        with pytest.raises(AuditBroken) as broken:
            audit.verify(tx)
        assert told in broken.value.message

    def test_stays_one_chain_however_many_write_at_once(self, database):
        def change(number: int) -> None:
            with database.begin() as tx:
                audit.record(tx, ANN, "app.changed", details={"number": number}, now=NOON)
                time.sleep(0.02)  # hold the transaction open, so that they overlap

        with ThreadPoolExecutor(8) as eight:
            list(eight.map(change, range(16)))

        with database.begin() as tx:
            assert audit.verify(tx)[0] == 16


class TestAnInvitation:
    def test_is_used_once_however_many_sign_in_with_it(self, database):
        with database.begin() as tx:
            secret, _ = service.invite(tx, now=NOON)
        accounts = [f"rDeveloper{number}" for number in range(8)]

        def enter(account: str) -> bool:
            with database.begin() as tx:
                try:
                    service.sign_in(
                        tx, account, invitation=secret, open_to_all=False, user_agent="", address="", now=NOON
                    )
                except InvitationGone:
                    return False
                time.sleep(0.05)
                return True

        with ThreadPoolExecutor(8) as eight:
            assert sorted(eight.map(enter, accounts)) == [False] * 7 + [True]
        with database.begin() as tx:
            assert len(service.list_developers(tx)) == 1

    def test_never_lowers_a_role(self, sealer, tx):
        app_uuid = apps.create_app(tx, sealer, AppDraft(name="Shop"), now=NOON).app.uuid
        service.add_developer(tx, ANN, now=NOON)
        service.add_owner(tx, app_uuid, ANN, now=NOON)
        secret, _ = service.invite(tx, app_uuid=app_uuid, role=Role.VIEWER, now=NOON)

        service.sign_in(tx, ANN, invitation=secret, open_to_all=False, user_agent="", address="", now=NOON)

        developer = service.find_developer(tx, ANN)
        assert developer is not None
        assert service.role_in(tx, developer, app_uuid)[1] is Role.OWNER

    def test_lets_no_disabled_developer_in(self, tx):
        service.add_developer(tx, ANN, now=NOON)
        service.set_disabled(tx, ANN, disabled=True, actor=audit.ADMIN, now=NOON)
        secret, _ = service.invite(tx, now=NOON)

        with pytest.raises(NotADeveloper):
            service.sign_in(tx, ANN, invitation=secret, open_to_all=True, user_agent="", address="", now=NOON)


class TestOwnersAndOperators:
    def test_one_owner_is_left_when_two_leave_at_once(self, database, sealer):
        with database.begin() as tx:
            app_uuid = apps.create_app(tx, sealer, AppDraft(name="Shop"), now=NOON).app.uuid
            for account in (ANN, BOB):
                service.add_developer(tx, account, now=NOON)
                service.add_owner(tx, app_uuid, account, now=NOON)

        def leave(account: str) -> bool:
            with database.begin() as tx:
                try:
                    service.unshare(tx, app_uuid, account, actor=account, now=NOON)
                except LastOwner:
                    return False
                time.sleep(0.05)
                return True

        with ThreadPoolExecutor(2) as two:
            assert sorted(two.map(leave, (ANN, BOB))) == [False, True]

    def test_the_last_operator_cannot_be_kept_out(self, tx):
        service.add_developer(tx, ANN, operator=True, now=NOON)
        service.add_developer(tx, BOB, now=NOON)

        with pytest.raises(LastOperator):
            service.set_disabled(tx, ANN, disabled=True, actor=BOB, now=NOON)


class TestASession:
    def test_ends_when_its_developer_is_kept_out(self, tx):
        service.add_developer(tx, ANN, now=NOON)
        secret, _ = service.sign_in(tx, ANN, invitation=None, open_to_all=False, user_agent="", address="", now=NOON)

        service.set_disabled(tx, ANN, disabled=True, actor=audit.ADMIN, now=NOON)
        service.set_disabled(tx, ANN, disabled=False, actor=audit.ADMIN, now=NOON)

        assert service.find_session(tx, secret, now=NOON) is None

    def test_is_forgotten_in_the_end(self, tx):
        service.add_developer(tx, ANN, now=NOON)
        service.sign_in(tx, ANN, invitation=None, open_to_all=False, user_agent="", address="", now=NOON)

        assert service.forget_old(tx, now=NOON + timedelta(days=13)) == 0
        assert service.forget_old(tx, now=NOON + timedelta(days=15)) == 1
