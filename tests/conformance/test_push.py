"""Where devices are woken, which apps wake nobody, and what is put on its way; the same on both engines."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from sealgate.base.ids import new_uuid
from sealgate.delivery.push.model import PushMessage
from sealgate.delivery.push.service import push_to_holder
from sealgate.delivery.tables import deliveries
from sealgate.holders import push, service
from sealgate.holders.errors import DeviceRevoked
from sealgate.holders.model import NewDevice, NewSubscription, Reachable
from sealgate.infra.resealing import reseal_all
from sealgate.infra.sealing import MASTER_KEY_FILE, Sealer
from sealgate.tokens.vapid_key import open_vapid_key
from tests.conftest import NOON
from tests.push_service import Subscriber

APP, OTHER_APP = new_uuid(), new_uuid()
HOUR = NOON + timedelta(hours=1)


def pair(tx, *, invited_by=None):
    """Return a new device: of a new holder, or of the one who invites."""
    invitation = service.invite_device(tx, invited_by, now=NOON).secret if invited_by is not None else None
    new = NewDevice(new_uuid().encode()[:32])
    return service.register_device(
        tx, new, name="a phone", platform="test", invitation=invitation, pairing_open=True, now=NOON
    )


def new_subscription(endpoint="https://push.example/a"):
    """Return what a browser hands in."""
    browser = Subscriber(endpoint)
    return NewSubscription(endpoint, browser.p256dh, browser.auth)


def subscribe(tx, device, sealer, new=None, *, now=NOON):
    """Subscribe a device."""
    return push.subscribe(tx, device, new or new_subscription(), sealer=sealer, now=now)


class TestSubscribe:
    def test_keeps_the_secret_sealed(self, sealer, tx):
        device, new = pair(tx), new_subscription()

        stored = subscribe(tx, device, sealer, new)

        assert push.find_subscription(tx, device.uuid) == stored
        assert new.auth not in stored.auth_sealed
        assert push.auth_of(stored, sealer) == new.auth

    def test_replaces_what_there_was(self, sealer, tx):
        device = pair(tx)
        first = subscribe(tx, device, sealer)
        push.note_refused(tx, first)

        second = subscribe(tx, device, sealer, new_subscription("https://push.example/b"), now=HOUR)

        assert push.find_subscription(tx, device.uuid) == second
        assert (second.failures, second.last_ok_at, second.created_at) == (0, None, HOUR)

    def test_takes_a_browsers_subscription_away_from_its_earlier_device(self, sealer, tx):
        earlier, later, other, new = pair(tx), pair(tx), pair(tx), new_subscription()
        subscribe(tx, earlier, sealer, new)
        subscribe(tx, other, sealer)

        subscribe(tx, later, sealer, new)

        assert push.find_subscription(tx, earlier.uuid) is None
        assert push.find_subscription(tx, later.uuid) is not None
        assert push.find_subscription(tx, other.uuid) is not None

    def test_is_not_for_a_revoked_device(self, sealer, tx):
        device = pair(tx)
        service.revoke_device(tx, device, device.uuid, now=NOON)

        with pytest.raises(DeviceRevoked):
            subscribe(tx, device, sealer)
        with pytest.raises(DeviceRevoked):
            push.unsubscribe(tx, device)

    def test_ends_with_the_device(self, sealer, tx):
        device = pair(tx)
        subscribe(tx, device, sealer)

        service.revoke_device(tx, device, device.uuid, now=NOON)

        assert push.find_subscription(tx, device.uuid) is None

    def test_ends_when_the_wallet_says_so(self, sealer, tx):
        device = pair(tx)
        subscribe(tx, device, sealer)

        assert push.unsubscribe(tx, device)
        assert not push.unsubscribe(tx, device)
        assert push.find_subscription(tx, device.uuid) is None

    def test_leaves_one_however_many_are_set_at_once(self, database, sealer):
        with database.begin() as tx:
            device = pair(tx)

        def set_one(number):
            with database.begin() as tx:
                stored = subscribe(tx, device, sealer, new_subscription(f"https://push.example/{number}"))
                time.sleep(0.02)  # hold the transaction open, so that the eight overlap
                return stored

        with ThreadPoolExecutor(8) as eight:
            stored = list(eight.map(set_one, range(8)))

        with database.begin() as tx:
            assert push.find_subscription(tx, device.uuid) in stored

    def test_is_sealed_again_under_a_new_master_key(self, settings, sealer, tx):
        device, new = pair(tx), new_subscription()
        subscribe(tx, device, sealer, new)
        old_key = bytes.fromhex((Path(settings.data_dir) / MASTER_KEY_FILE).read_text())
        rotated = Sealer([bytes(32), old_key])

        assert reseal_all(tx, rotated, push.RESEAL_TARGETS) >= 1

        stored = push.find_subscription(tx, device.uuid)
        assert stored is not None
        assert push.auth_of(stored, Sealer([bytes(32)])) == new.auth


class TestRemoveDead:
    def test_forgets_the_subscription_that_is_gone(self, sealer, tx):
        stored = subscribe(tx, pair(tx), sealer)

        assert push.remove_dead(tx, stored)
        assert push.find_subscription(tx, stored.device_uuid) is None

    def test_leaves_the_one_that_has_replaced_it(self, sealer, tx):
        device = pair(tx)
        dead = subscribe(tx, device, sealer)
        alive = subscribe(tx, device, sealer)

        assert not push.remove_dead(tx, dead)
        assert push.find_subscription(tx, device.uuid) == alive


class TestNoteRefused:
    def test_forgets_what_is_refused_ten_times_in_a_row(self, sealer, tx):
        stored = subscribe(tx, pair(tx), sealer)
        for _ in range(9):
            known = push.find_subscription(tx, stored.device_uuid)
            assert known is not None
            assert not push.note_refused(tx, known)

        known = push.find_subscription(tx, stored.device_uuid)
        assert known is not None
        assert known.failures == 9
        assert push.note_refused(tx, known)
        assert push.find_subscription(tx, stored.device_uuid) is None

    def test_begins_anew_after_a_success(self, sealer, tx):
        stored = subscribe(tx, pair(tx), sealer)
        push.note_refused(tx, stored)

        push.note_delivered(tx, stored, now=HOUR)

        known = push.find_subscription(tx, stored.device_uuid)
        assert known is not None
        assert (known.failures, known.last_ok_at) == (0, HOUR)


class TestReach:
    def test_knows_who_can_see_and_who_can_be_woken(self, sealer, tx):
        phone = pair(tx)
        tablet = pair(tx, invited_by=phone)
        subscribe(tx, tablet, sealer)

        assert push.reach(tx, phone.holder_uuid, APP) == Reachable(True, (tablet.uuid,), False)

    def test_is_nowhere_without_a_device(self, sealer, tx):
        device = pair(tx)
        subscribe(tx, device, sealer)
        service.revoke_device(tx, device, device.uuid, now=NOON)

        assert push.reach(tx, device.holder_uuid, APP) == Reachable(False, (), False)
        assert push.reach(tx, new_uuid(), APP) == Reachable(False, (), False)


class TestMute:
    def test_silences_one_app_for_one_holder(self, tx):
        alice, bob = pair(tx), pair(tx)

        push.mute(tx, alice.holder_uuid, APP, now=NOON)
        push.mute(tx, alice.holder_uuid, APP, now=HOUR)

        assert push.reach(tx, alice.holder_uuid, APP).muted
        assert not push.reach(tx, alice.holder_uuid, OTHER_APP).muted
        assert not push.reach(tx, bob.holder_uuid, APP).muted
        assert push.muted_apps(tx, alice.holder_uuid) == {APP}

    def test_is_taken_back(self, tx):
        alice = pair(tx)
        push.mute(tx, alice.holder_uuid, APP, now=NOON)

        assert push.unmute(tx, alice.holder_uuid, APP)
        assert not push.unmute(tx, alice.holder_uuid, APP)
        assert not push.reach(tx, alice.holder_uuid, APP).muted


class TestFindWakeable:
    def test_knows_what_changed_since_the_message_was_put_on_its_way(self, sealer, tx):
        device = pair(tx)
        stored = subscribe(tx, device, sealer)
        assert push.find_wakeable(tx, device.uuid, APP) == stored

        push.mute(tx, device.holder_uuid, APP, now=NOON)

        assert push.find_wakeable(tx, device.uuid, APP) is None
        assert push.find_wakeable(tx, device.uuid, OTHER_APP) == stored
        assert push.find_wakeable(tx, new_uuid(), OTHER_APP) is None


class TestPushToHolder:
    def ask(self, tx, holder_uuid, **members):
        """Ask for a push and return the outcome with what is on its way."""
        message = PushMessage(**({"category": "SIGNTX", "app": APP, "payload": new_uuid()} | members))
        outcome = push_to_holder(tx, holder_uuid, message, expires_at=HOUR, now=NOON)
        return outcome, message, tx.execute(select(deliveries)).all()

    def test_puts_a_message_on_its_way_to_each_subscribed_device(self, sealer, tx):
        phone = pair(tx)
        tablet, laptop = pair(tx, invited_by=phone), pair(tx, invited_by=phone)
        subscribe(tx, phone, sealer, new_subscription("https://push.example/phone"))
        subscribe(tx, tablet, sealer, new_subscription("https://push.example/tablet"))

        outcome, message, rows = self.ask(tx, laptop.holder_uuid)

        assert (outcome.pushed, outcome.reason) == (True, None)
        assert {row.target_uuid for row in rows} == {phone.uuid, tablet.uuid}
        for row in rows:
            assert (row.target_kind, row.app_uuid, row.subject) == ("push", APP, message.payload)
            assert (row.state, row.next_at, row.expires_at, row.attempts) == ("waiting", NOON, HOUR, 0)
            assert row.message == f'{{"category":"SIGNTX","app":"{APP}","payload":"{message.payload}"}}'
        assert [event.topic for event in tx.events] == ["outbox", "outbox"]

    def test_counts_where_nobody_can_be_woken_but_the_list_can_be_seen(self, tx):
        outcome, _, rows = self.ask(tx, pair(tx).holder_uuid)

        assert outcome.pushed
        assert rows == []

    def test_says_that_there_is_no_device(self, tx):
        outcome, _, rows = self.ask(tx, new_uuid())

        assert (outcome.pushed, outcome.reason, outcome.is_listed, rows) == (False, "no_device", False, [])

    def test_wakes_nobody_for_a_muted_app(self, sealer, tx):
        device = pair(tx)
        subscribe(tx, device, sealer)
        push.mute(tx, device.holder_uuid, APP, now=NOON)

        outcome, _, rows = self.ask(tx, device.holder_uuid)

        assert (outcome.pushed, outcome.reason, outcome.is_listed, rows) == (False, "muted", True, [])

    def test_names_an_xapp(self, sealer, tx):
        device = pair(tx)
        subscribe(tx, device, sealer)

        _, _, (row,) = self.ask(tx, device.holder_uuid, category="OPENXAPP", payload=None, xapp="shop.demo")

        assert row.message == f'{{"category":"OPENXAPP","app":"{APP}","xappIdentifier":"shop.demo"}}'


class TestVapidKey:
    def test_is_made_once(self, sealer, tx):
        first = open_vapid_key(tx, sealer, now=NOON)

        assert open_vapid_key(tx, sealer, now=HOUR).application_server_key == first.application_server_key

    def test_is_the_same_for_processes_that_start_at_once(self, database, sealer):
        def open_one(_):
            with database.begin() as tx:
                key = open_vapid_key(tx, sealer, now=NOON).application_server_key
                time.sleep(0.02)  # hold the transaction open, so that the eight overlap
                return key

        with ThreadPoolExecutor(8) as eight:
            assert len(set(eight.map(open_one, range(8)))) == 1
