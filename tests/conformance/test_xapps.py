"""xApps and their one-time tokens on both engines: who may launch, what is told, and that it is told once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
import pytest

from sealgate.apps import service as apps
from sealgate.apps.errors import AppInvalid, AppUnknown
from sealgate.base.errors import SealgateError
from sealgate.base.ids import new_uuid
from sealgate.base.settings import Settings
from sealgate.holders import service as holders
from sealgate.holders.errors import DeviceRevoked
from sealgate.xapps import service, store
from sealgate.xapps.catalogue import PAGE
from sealgate.xapps.errors import (
    AccountNotYours,
    EventUnknown,
    NetworkNotSupported,
    OttSpent,
    OttUnknown,
    TooManyXAppDevices,
    XAppDeviceUnknown,
    XAppNotOpen,
    XAppSwitchedOff,
    XAppUnknown,
)
from sealgate.xapps.launch import hash_ott
from sealgate.xapps.model import LaunchOrder
from tests.conftest import NOON
from tests.payloads import ALICE, BOB, a_wallet, stored
from tests.xapps import XAPP_ID, XAPP_URL, a_holder, an_xapp, launched

HUNDRED = 100
LIFE = timedelta(seconds=120)
DEV = Settings(dev=True)


def take(tx, ott, app, *, now=NOON):
    """Take a token for an app."""
    return service.take_ott(tx, ott, app_uuid=app.uuid, now=now)


class TestLaunching:
    def test_opens_the_registered_address_with_a_token_of_its_own(self, sealer, tx):
        app, device = an_xapp(tx, sealer), a_holder(tx)

        first, second = launched(tx, app, device), launched(tx, app, device)

        assert first.url == f"{XAPP_URL}?xAppToken={first.ott}&xAppStyle=LIGHT"
        assert first.ott != second.ott
        assert first.ott not in repr(first)
        assert take(tx, first.ott, app).device_uuid == device.uuid
        assert take(tx, second.ott, app).holder_uuid == device.holder_uuid

    def test_finds_the_xapp_by_identifier_in_any_case_and_by_the_uuid_of_its_app(self, sealer, tx):
        app, device = an_xapp(tx, sealer, xapp_id=XAPP_ID), a_holder(tx)

        for reference in (XAPP_ID, XAPP_ID.upper(), app.uuid, app.uuid.upper()):
            found = service.launch(tx, reference, device, LaunchOrder(), settings=Settings(), ip=None, now=NOON)
            assert found.app.uuid == app.uuid

    def test_stores_the_token_as_its_hash_only(self, database, sealer):
        with database.begin() as tx:
            ott = launched(tx, an_xapp(tx, sealer), a_holder(tx)).ott

        with database.begin() as tx:
            rows = str(tx.exec_driver_sql("select * from one_time_tokens").all())

        assert ott not in rows
        assert ott.replace("-", "") not in rows

    @pytest.mark.parametrize("values", [{"xapp_url": None, "xapp_id": "no.address"}, {"xapp_url": None}])
    def test_knows_no_xapp_without_an_address(self, sealer, tx, values):
        app, device = an_xapp(tx, sealer, **values), a_holder(tx)

        with pytest.raises(XAppUnknown):
            launched(tx, app, device)

    @pytest.mark.parametrize("reference", ["shop.other", "..", "x", "\0", "é" * 10, "a" * 65, "a/b.c", "%00"])
    def test_knows_no_xapp_of_another_name(self, sealer, tx, reference):
        an_xapp(tx, sealer)
        device = a_holder(tx)

        with pytest.raises(XAppUnknown):
            service.launch(tx, reference, device, LaunchOrder(), settings=Settings(), ip=None, now=NOON)

    def test_refuses_an_app_that_is_switched_off(self, sealer, tx):
        app, device = an_xapp(tx, sealer), a_holder(tx)
        apps.disable_app(tx, app.uuid)

        with pytest.raises(XAppSwitchedOff):
            launched(tx, app, device)

    def test_refuses_a_revoked_device(self, sealer, tx):
        app, device = an_xapp(tx, sealer), a_holder(tx)
        holders.revoke_device(tx, device, device.uuid, now=NOON)

        with pytest.raises(DeviceRevoked):
            launched(tx, app, device)


class TestListing:
    def identifiers(self, tx, device, settings=None, **how):
        """Return what a device is listed, and where to go on."""
        found, more = service.xapps_for(tx, device, settings=settings or Settings(), **how)
        return [app.xapp_id for app in found], more

    def test_has_what_the_device_may_open_by_identifier(self, sealer, tx):
        guest, other = a_holder(tx), a_wallet(tx)
        for name, status in [("c.listed", "listed"), ("a.draft", "draft"), ("b.review", "review")]:
            app = an_xapp(tx, sealer, xapp_id=name, xapp_status=status)
            if status == "draft":
                service.add_device(tx, app.uuid, guest.uuid, "guest", now=NOON)

        assert self.identifiers(tx, guest) == (["a.draft", "c.listed"], None)
        assert self.identifiers(tx, other) == (["c.listed"], None)
        assert self.identifiers(tx, other, DEV) == (["a.draft", "b.review", "c.listed"], None)

    def test_has_nothing_that_could_not_be_launched(self, sealer, tx):
        device = a_holder(tx)
        off, gone = an_xapp(tx, sealer, xapp_id="shop.off"), an_xapp(tx, sealer, xapp_id="shop.gone")
        an_xapp(tx, sealer, xapp_id="shop.nowhere", xapp_url=None)
        apps.disable_app(tx, off.uuid)
        apps.delete_app(tx, gone.uuid, now=NOON)

        assert self.identifiers(tx, device) == self.identifiers(tx, device, DEV) == ([], None)

    def test_is_read_a_page_at_a_time(self, sealer, tx):
        device = a_holder(tx)
        names = [f"shop.n{number:03}" for number in range(PAGE + 1)]
        for name in names:
            an_xapp(tx, sealer, xapp_id=name)

        page, more = self.identifiers(tx, device)
        assert (page, more) == (names[:PAGE], names[PAGE - 1])
        assert self.identifiers(tx, device, after=more) == (names[PAGE:], None)
        assert self.identifiers(tx, device, after=names[-1]) == ([], None)


class TestWhoMayLaunch:
    @pytest.mark.parametrize("status", ["draft", "review"])
    def test_is_only_who_is_listed_until_the_xapp_is(self, sealer, tx, status):
        app, device = an_xapp(tx, sealer, xapp_status=status), a_holder(tx)

        with pytest.raises(XAppNotOpen):
            launched(tx, app, device)
        service.add_device(tx, app.uuid, device.uuid, "guest", now=NOON)
        guest = take(tx, launched(tx, app, device).ott, app)
        service.add_device(tx, app.uuid, device.uuid, "debug", now=NOON)
        debug = take(tx, launched(tx, app, device).ott, app)

        assert (guest.debug, debug.debug) == (False, True)

    def test_is_any_device_under_dev_and_as_a_guest(self, sealer, tx):
        app, device = an_xapp(tx, sealer, xapp_status="draft"), a_holder(tx)

        taken = take(tx, launched(tx, app, device, settings=DEV).ott, app)

        assert taken.debug is False

    def test_counts_the_list_of_this_xapp_alone(self, sealer, tx):
        app, other, device = an_xapp(tx, sealer, xapp_status="draft"), an_xapp(tx, sealer), a_holder(tx)
        service.add_device(tx, other.uuid, device.uuid, "debug", now=NOON)

        with pytest.raises(XAppNotOpen):
            launched(tx, app, device)

    def test_publishing_opens_it_and_withdrawing_closes_it(self, sealer, tx):
        app, device = an_xapp(tx, sealer, xapp_status="draft"), a_holder(tx)

        assert service.publish(tx, sealer, app.uuid, review=False, now=NOON).xapp_status == "listed"
        assert launched(tx, app, device).app.uuid == app.uuid
        service.set_status(tx, sealer, app.uuid, "draft", now=NOON)
        with pytest.raises(XAppNotOpen):
            launched(tx, app, device)

    def test_publishing_waits_for_the_operator_where_there_is_a_review(self, sealer, tx):
        app = an_xapp(tx, sealer, xapp_status="draft")

        assert service.publish(tx, sealer, app.uuid, review=True, now=NOON).xapp_status == "review"
        assert service.set_status(tx, sealer, app.uuid, "listed", now=NOON).xapp_status == "listed"
        assert service.publish(tx, sealer, app.uuid, review=True, now=NOON).xapp_status == "listed"

    def test_what_has_no_address_is_not_published(self, sealer, tx):
        app = an_xapp(tx, sealer, xapp_url=None, xapp_status="draft")

        with pytest.raises(AppInvalid) as refusal:
            service.publish(tx, sealer, app.uuid, review=False, now=NOON)

        assert refusal.value.pointer == "/xapp_url"


class TestTheContext:
    def test_says_who_opened_it_and_how(self, sealer, tx):
        app, device = an_xapp(tx, sealer), a_holder(tx)
        order = LaunchOrder(
            version="4.1.3", nodetype="TESTNET", origin_type="QR", origin_data={"content": "…"}, parameters={"a": "1"}
        )

        context = take(tx, launched(tx, app, device, order).ott, app).context

        assert context["account"] == context["account_info"]["account"] == ALICE.address
        assert context["user"] == device.holder_uuid
        assert context["user_device"] == {"currency": "USD", "platform": "ios"}
        assert (context["nodetype"], context["networkid"]) == ("TESTNET", 1)
        assert context["origin"] == {"type": "QR", "data": {"content": "…"}}
        assert context["a"] == "1"

    def test_speaks_of_the_chosen_account_if_it_is_the_users(self, sealer, tx):
        app, device = an_xapp(tx, sealer), a_holder(tx)

        chosen = launched(tx, app, device, LaunchOrder(account=ALICE.address))
        assert take(tx, chosen.ott, app).account == ALICE.address
        with pytest.raises(AccountNotYours):
            launched(tx, app, device, LaunchOrder(account=BOB.address))
        with pytest.raises(AccountNotYours):
            launched(tx, app, a_wallet(tx), LaunchOrder(account=ALICE.address))
        with pytest.raises(AccountNotYours):
            launched(tx, app, a_wallet(tx))

    def test_names_a_network_that_the_xapp_works_on(self, sealer, tx):
        app, device = an_xapp(tx, sealer, xapp_networks=("TESTNET", "XAHAU")), a_holder(tx)

        assert launched(tx, app, device).network == "TESTNET"
        assert launched(tx, app, device, LaunchOrder(nodetype="XAHAU")).network == "XAHAU"
        with pytest.raises(NetworkNotSupported, match="MAINNET") as refusal:
            launched(tx, app, device, LaunchOrder(nodetype="MAINNET"))
        assert "TESTNET or XAHAU" in refusal.value.hint

    def test_knows_no_id_of_a_network_of_somebodys_own(self, sealer, tx):
        app, device = an_xapp(tx, sealer), a_holder(tx)

        context = take(tx, launched(tx, app, device, LaunchOrder(nodetype="MY-NET")).ott, app).context

        assert context["nodetype"] == "MY-NET"
        assert "networkid" not in context

    def test_has_nothing_of_a_sign_request_that_is_said_to_be_an_event(self, sealer, tx):
        app, device = an_xapp(tx, sealer), a_holder(tx)
        request = stored(tx, app).uuid

        for uuid in (request, new_uuid(), "none"):
            with pytest.raises(EventUnknown):
                launched(tx, app, device, LaunchOrder(origin_type="EVENT_LIST", origin_data={"payload": uuid}))
        with pytest.raises(EventUnknown):
            launched(tx, app, device, LaunchOrder(origin_type="EVENT_LIST"))


class TestTakingAToken:
    def test_gives_it_once(self, sealer, tx):
        app = an_xapp(tx, sealer)
        ott = launched(tx, app, a_holder(tx)).ott

        taken = take(tx, ott.upper(), app)

        assert (taken.ott, taken.account, taken.ip, taken.launched_at) == (ott, ALICE.address, "192.0.2.7", NOON)
        assert ott not in repr(taken)
        with pytest.raises(OttSpent) as refusal:
            take(tx, ott, app, now=NOON + timedelta(seconds=7))
        assert refusal.value.cause == "The token was taken 7 s before."

    def test_counts_until_the_very_moment_it_ends(self, sealer, tx):
        app, device = an_xapp(tx, sealer), a_holder(tx)
        first, second = launched(tx, app, device).ott, launched(tx, app, device).ott

        assert take(tx, first, app, now=NOON + LIFE - timedelta(milliseconds=1))
        with pytest.raises(OttUnknown, match="not known here") as refusal:
            take(tx, second, app, now=NOON + LIFE)
        assert "ended 0 s before" in refusal.value.cause

    def test_lasts_as_the_operator_sets_it(self, sealer, tx):
        app, settings = an_xapp(tx, sealer), Settings(one_time_token_s=10)
        ott = launched(tx, app, a_holder(tx), settings=settings).ott

        with pytest.raises(OttUnknown):
            take(tx, ott, app, now=NOON + timedelta(seconds=10))

    def test_tells_a_stranger_nothing_and_leaves_the_token_to_its_app(self, sealer, tx):
        app, other = an_xapp(tx, sealer), an_xapp(tx, sealer)
        ott = launched(tx, app, a_holder(tx)).ott

        refusals = []
        for wrong in (ott, new_uuid(), "", "none", ott[:-1], "é" * 36, ott + "\0"):
            with pytest.raises(OttUnknown) as refusal:
                take(tx, wrong, other)
            refusals.append(refusal.value)

        assert len({(one.status, one.code, one.message, one.hint, one.pointer) for one in refusals}) == 1
        assert "another app" in refusals[0].cause
        assert "last day" in refusals[1].cause
        assert take(tx, ott, app)

    def test_says_nothing_of_a_spent_token_to_another_app(self, sealer, tx):
        app, other = an_xapp(tx, sealer), an_xapp(tx, sealer)
        ott = launched(tx, app, a_holder(tx)).ott
        take(tx, ott, app)

        with pytest.raises(OttUnknown):
            take(tx, ott, other)

    def test_has_one_winner_among_a_hundred(self, database, sealer):
        with database.begin() as tx:
            app = an_xapp(tx, sealer)
            ott = launched(tx, app, a_holder(tx)).ott
        ready = threading.Barrier(HUNDRED)

        def try_it(_: int) -> str:
            ready.wait()
            try:
                with database.begin() as tx:
                    return take(tx, ott, app).account
            except SealgateError as refusal:
                return type(refusal).__name__

        with ThreadPoolExecutor(HUNDRED) as hundred:
            came_of_it = sorted(hundred.map(try_it, range(HUNDRED)))

        assert came_of_it == ["OttSpent"] * (HUNDRED - 1) + [ALICE.address]

    def test_has_one_winner_while_others_hold_their_transactions_open(self, database, sealer):
        with database.begin() as tx:
            app = an_xapp(tx, sealer)
            ott = launched(tx, app, a_holder(tx)).ott

        def try_it(_: int) -> bool:
            with database.begin() as tx:
                won = store.take_ott(tx, hash_ott(ott), app_uuid=app.uuid, now=NOON)
                time.sleep(0.05)  # hold the transaction open, so that the eight overlap
                return won is not None

        with ThreadPoolExecutor(8) as eight:
            assert sorted(eight.map(try_it, range(8))) == [False] * 7 + [True]


class TestFetchingAgain:
    @pytest.fixture
    def debugged(self, database, sealer):
        with database.begin() as tx:
            app, device = an_xapp(tx, sealer), a_holder(tx)
            service.add_device(tx, app.uuid, device.uuid, "debug", now=NOON)
            return app, device, launched(tx, app, device).ott

    def test_works_as_often_as_asked_for_a_day_taken_or_not(self, debugged, tx):
        app, device, ott = debugged

        before = service.refetch_ott(tx, ott, app_uuid=app.uuid, now=NOON)
        take(tx, ott, app)
        for hours in (1, 12, 23):
            again = service.refetch_ott(tx, ott.upper(), app_uuid=app.uuid, now=NOON + timedelta(hours=hours))
            assert again == before
        with pytest.raises(OttUnknown, match="not known") as refusal:
            service.refetch_ott(tx, ott, app_uuid=app.uuid, now=NOON + timedelta(days=1))

        assert before.device_uuid == device.uuid
        assert "more than a day ago" in refusal.value.cause

    def test_is_for_the_debug_device_alone_and_while_it_is_one(self, debugged, sealer, tx):
        app, device, ott = debugged
        guest = a_holder(tx)
        service.add_device(tx, app.uuid, guest.uuid, "guest", now=NOON)

        with pytest.raises(OttUnknown) as refusal:
            service.refetch_ott(tx, launched(tx, app, guest).ott, app_uuid=app.uuid, now=NOON)
        assert "debug device" in refusal.value.cause
        service.add_device(tx, app.uuid, device.uuid, "guest", now=NOON)
        with pytest.raises(OttUnknown):
            service.refetch_ott(tx, ott, app_uuid=app.uuid, now=NOON)

    def test_is_no_business_of_another_app(self, debugged, sealer, tx):
        other = an_xapp(tx, sealer)

        for ott in (debugged[2], new_uuid(), "none"):
            with pytest.raises(OttUnknown):
                service.refetch_ott(tx, ott, app_uuid=other.uuid, now=NOON)


class TestForgetting:
    def test_forgets_a_token_a_day_after_its_launch(self, sealer, tx):
        app, device = an_xapp(tx, sealer), a_holder(tx)
        old = launched(tx, app, device, now=NOON - timedelta(days=1, milliseconds=1)).ott
        young = launched(tx, app, device).ott

        assert service.forget_old(tx, now=NOON) == 1
        assert service.forget_old(tx, now=NOON) == 0

        assert store.find_ott(tx, hash_ott(old)) is None
        assert store.find_ott(tx, hash_ott(young)) is not None


class TestTheListOfDevices:
    def test_keeps_each_device_once_in_order(self, sealer, tx):
        app = an_xapp(tx, sealer)
        first, second = a_wallet(tx), a_wallet(tx)
        service.add_device(tx, app.uuid, first.uuid, "guest", now=NOON)
        service.add_device(tx, app.uuid, second.uuid, "guest", now=NOON + timedelta(seconds=1))
        service.add_device(tx, app.uuid, second.uuid, "debug", now=NOON + timedelta(seconds=2))

        assert [(one.device_uuid, one.kind) for one in service.devices_of(tx, app.uuid)] == [
            (first.uuid, "guest"),
            (second.uuid, "debug"),
        ]
        service.remove_device(tx, app.uuid, first.uuid)
        assert [one.device_uuid for one in service.devices_of(tx, app.uuid)] == [second.uuid]
        with pytest.raises(XAppDeviceUnknown):
            service.remove_device(tx, app.uuid, first.uuid)

    def test_holds_one_debug_device_and_thirty_guests(self, sealer, tx):
        app = an_xapp(tx, sealer)
        for _ in range(30):
            service.add_device(tx, app.uuid, a_wallet(tx).uuid, "guest", now=NOON)
        service.add_device(tx, app.uuid, a_wallet(tx).uuid, "debug", now=NOON)

        for kind in ("guest", "debug"):
            with pytest.raises(TooManyXAppDevices, match=kind):
                service.add_device(tx, app.uuid, a_wallet(tx).uuid, kind, now=NOON)

    def test_takes_paired_devices_and_known_apps_only(self, sealer, tx):
        app, device = an_xapp(tx, sealer), a_wallet(tx)
        holders.revoke_device(tx, device, device.uuid, now=NOON)

        for uuid in (device.uuid, new_uuid()):
            with pytest.raises(XAppDeviceUnknown):
                service.add_device(tx, app.uuid, uuid, "guest", now=NOON)
        with pytest.raises(AppUnknown):
            service.add_device(tx, new_uuid(), device.uuid, "guest", now=NOON)
        with pytest.raises(AppUnknown):
            service.devices_of(tx, new_uuid())


def test_a_stored_context_is_one_compact_document(sealer, tx):
    app = an_xapp(tx, sealer)
    ott = launched(tx, app, a_holder(tx), LaunchOrder(parameters={"deep": {"a": [1, 2.5, None, "ü"]}})).ott

    token = store.find_ott(tx, hash_ott(ott))

    assert token is not None
    assert msgspec.json.decode(token.context)["deep"] == {"a": [1, 2.5, None, "ü"]}
