"""What xApps tell people, in the database: whom it reaches, how long it stays, what it can never become."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
import pytest

from sealgate.base.ids import hash_secret, new_uuid
from sealgate.delivery.push.model import PUSHED, PushOutcome
from sealgate.holders import service as holders
from sealgate.holders.model import Holder
from sealgate.holders.ownership import OwnershipProof
from sealgate.payloads import service
from sealgate.payloads.acceptance import check_signature
from sealgate.payloads.errors import EventListFull, NotForSigning, PayloadExpired, PayloadOfAnother
from sealgate.payloads.model import CancelReason, CheckedSignature, RejectReport, State, XappEvent, state_of
from sealgate.tokens import service as tokens
from sealgate.xapps import events_service
from sealgate.xapps.errors import EventUnknown
from sealgate.xapps.events_errors import (
    XappPushNotAllowed,
    XappTargetMissing,
    XappTargetNotAllowed,
    XappTargetUnknown,
)
from sealgate.xapps.events_model import EventDraft, Target
from tests.conftest import NOON
from tests.payloads import a_signature, a_wallet, an_app, stored

ACCOUNT = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
DRAFT = EventDraft(body="Your parcel is ready", subtitle="Order 1042", data=msgspec.Raw(b'{"order":1042}'))
ANY_SIGNATURE = CheckedSignature(hex="AB", account=ACCOUNT, signer=ACCOUNT, signer_pubkey="ED")
SILENT = EventDraft(body="Nothing urgent", silent=True)


def days(number: float) -> timedelta:
    """Return so many days."""
    return timedelta(days=number)


@pytest.fixture
def app():
    """An xApp that may tell people something."""
    return an_app(xapp_id="shop.1a2b", xapp_push=True)


@pytest.fixture
def anywhere(app):
    """The same app, where it may name people by account and UUID as well."""
    return msgspec.structs.replace(app, xapp_push_any=True)


@pytest.fixture
def alice(tx):
    """Alice's wallet."""
    return a_wallet(tx)


def granted(tx, app, device, *, now=NOON):
    """Return the user token that a wallet's holder gave the app."""
    return tokens.issue_or_extend(tx, app.uuid, device.holder_uuid, now=now, days=30).token


def tell(tx, app, target, draft=DRAFT, *, user=None, is_listed=True, now=NOON, **how):
    """Tell somebody something."""
    return events_service.tell(tx, app, target, draft, uuid=new_uuid(), user=user, is_listed=is_listed, now=now, **how)


def tell_alice(tx, app, alice, draft=DRAFT, **how):
    """Tell alice something, by the token she gave."""
    return tell(tx, app, Target(user_token=granted(tx, app, alice)), draft, **how)


def listed(tx, device, *, now=NOON):
    """Return the UUIDs on the list of a wallet."""
    return [payload.uuid for payload in service.pending_payloads(tx, device.holder_uuid, now=now)]


def hold(tx, device, *, at=NOON):
    """Let a wallet prove that it holds the account."""
    challenge = holders.challenge_account(tx, device, issuer="https://sign.example", now=at)
    proof = OwnershipProof(address=ACCOUNT, public_key="ED" + "0" * 64, nonce_hash=hash_secret(challenge.nonce))
    assert holders.add_account(tx, device, proof, now=at)


class TestAnEvent:
    def test_is_a_payload_on_the_list_of_its_holder_alone(self, tx, app, alice):
        bob = a_wallet(tx)

        told = tell_alice(tx, app, alice)

        assert told.push == PUSHED
        assert listed(tx, alice) == [told.uuid]
        assert listed(tx, bob) == []
        payload = service.get_for_app(tx, app.uuid, told.uuid)
        assert payload.terms.tx_type == "SignIn"
        assert payload.terms.xapp == XappEvent(
            identifier="shop.1a2b", title="Corner Shop", body=DRAFT.body, subtitle=DRAFT.subtitle, data=DRAFT.data
        )
        assert msgspec.json.decode(payload.terms.request_json) == {
            "TransactionType": "SignIn", "SignIn": True, "xappIdentifier": "shop.1a2b", "xappTitle": "Corner Shop",
        }  # fmt: skip
        with pytest.raises(PayloadOfAnother):
            service.open_payload(tx, told.uuid, device=bob, origin="QR", now=NOON)

    def test_wakes_the_wallets_unless_it_is_silent(self, tx, app, alice):
        tell_alice(tx, app, alice)
        tell_alice(tx, app, alice, SILENT)

        told = [event.kind for event in tx.events if event.topic == f"holder:{alice.holder_uuid}"]
        assert told == ["payload_created", "payload_listed"]

    def test_is_not_pushed_where_it_is_silent_beyond_the_limit_or_without_a_wallet(self, tx, app, alice):
        assert tell_alice(tx, app, alice, SILENT).push == PushOutcome(False, "silent")
        assert tell_alice(tx, app, alice, may_push=False).push == PushOutcome(False, "rate_limited")
        holders.revoke_device(tx, alice, alice.uuid, now=NOON)
        told = tell_alice(tx, app, alice)

        assert told.push == PushOutcome(False, "no_device")
        assert service.get_for_app(tx, app.uuid, told.uuid).pushed is False
        assert len(listed(tx, alice)) == 3

    def test_stays_for_thirty_days_however_often_it_is_opened(self, tx, app, alice):
        uuid = tell_alice(tx, app, alice).uuid

        for day in (0, 1, 29.9):
            service.open_payload(tx, uuid, device=alice, origin="EVENT_LIST", now=NOON + days(day))
            assert listed(tx, alice, now=NOON + days(day)) == [uuid]

        assert listed(tx, alice, now=NOON + days(30)) == []
        with pytest.raises(PayloadExpired):
            service.open_payload(tx, uuid, device=alice, origin="EVENT_LIST", now=NOON + days(30))
        assert state_of(service.get_for_app(tx, app.uuid, uuid), NOON + days(30)) is State.EXPIRED

    @pytest.mark.parametrize("is_opened", [False, True])
    def test_is_taken_back_opened_or_not_once(self, tx, app, alice, is_opened):
        uuid = tell_alice(tx, app, alice).uuid
        if is_opened:
            service.open_payload(tx, uuid, device=alice, origin="EVENT_LIST", now=NOON)

        assert service.cancel_payload(tx, app.uuid, uuid, now=NOON).reason is CancelReason.OK
        assert service.cancel_payload(tx, app.uuid, uuid, now=NOON).reason is CancelReason.ALREADY_CANCELLED
        assert listed(tx, alice) == []

    def test_is_put_away_by_the_person_once_it_was_opened(self, tx, app, alice):
        uuid = tell_alice(tx, app, alice).uuid
        service.open_payload(tx, uuid, device=alice, origin="EVENT_LIST", now=NOON)
        service.reject_payload(tx, uuid, device=alice, reject=RejectReport(), now=NOON, reference=new_uuid())

        assert listed(tx, alice) == []
        assert service.cancel_payload(tx, app.uuid, uuid, now=NOON).reason is CancelReason.ALREADY_RESOLVED

    def test_expired_is_not_taken_back(self, tx, app, alice):
        uuid = tell_alice(tx, app, alice).uuid
        service.open_payload(tx, uuid, device=alice, origin="EVENT_LIST", now=NOON)

        assert service.cancel_payload(tx, app.uuid, uuid, now=NOON + days(30)).reason is CancelReason.ALREADY_EXPIRED

    def test_is_never_signed(self, tx, app, alice):
        uuid = tell_alice(tx, app, alice).uuid
        payload = service.open_payload(tx, uuid, device=alice, origin="EVENT_LIST", now=NOON)
        report = a_signature(payload)

        with pytest.raises(NotForSigning):
            check_signature(payload, report)
        with pytest.raises(NotForSigning):
            service.sign_payload(
                tx, uuid, device=alice, report=report, verified=ANY_SIGNATURE, now=NOON, reference=new_uuid()
            )

    def test_is_one_of_twenty_five_of_an_app(self, tx, app, alice):
        other = an_app(xapp_id="other.app", xapp_push=True)
        newest = [tell_alice(tx, app, alice).uuid for _ in range(25)][-1]

        with pytest.raises(EventListFull):
            tell_alice(tx, app, alice)
        tell_alice(tx, app, alice, is_listed=False)
        tell_alice(tx, other, alice)
        tell_alice(tx, app, a_wallet(tx))

        service.cancel_payload(tx, app.uuid, newest, now=NOON)
        tell_alice(tx, app, alice)


class TestANotification:
    def test_is_told_and_on_no_list(self, tx, app, alice):
        told = tell_alice(tx, app, alice, is_listed=False)

        assert told.push == PUSHED
        assert listed(tx, alice) == []
        news = [event for event in tx.events if event.kind == "xapp_push"]
        assert [(event.topic, event.data) for event in news] == [(f"holder:{alice.holder_uuid}", {"uuid": told.uuid})]

    def test_is_what_the_xapp_is_opened_with(self, tx, app, alice):
        uuid = tell_alice(tx, app, alice, is_listed=False).uuid

        found = events_service.event_context(tx, uuid, app_uuid=app.uuid, holder_uuid=alice.holder_uuid, now=NOON)

        assert found == {"order": 1042, "payload": uuid}

    def test_leaves_nothing_behind_where_nobody_hears_it(self, tx, app, alice):
        told = tell_alice(tx, app, alice, is_listed=False, may_push=False)

        assert told.push.pushed is False
        assert service.find_payload(tx, told.uuid) is None


class TestWhoIsTold:
    def test_is_whoever_gave_the_app_the_token(self, tx, app, alice):
        bob = a_wallet(tx)
        theirs = granted(tx, app, bob)

        assert events_service.find_holder(tx, app, Target(user_token=theirs), now=NOON) == bob.holder_uuid
        assert events_service.find_holder(tx, app, Target(user_token=theirs.upper()), now=NOON) == bob.holder_uuid

    def test_is_nobody_by_a_token_that_is_old_revoked_foreign_or_none(self, tx, app, alice):
        token = granted(tx, app, alice)
        foreign = granted(tx, an_app(), alice)

        for named, at in ((token, NOON + days(31)), (foreign, NOON), (new_uuid(), NOON), ("nonsense", NOON)):
            with pytest.raises(XappTargetUnknown):
                tell(tx, app, Target(user_token=named), now=at)
        tokens.revoke(tx, app.uuid, alice.holder_uuid, NOON)
        with pytest.raises(XappTargetUnknown):
            tell(tx, app, Target(user_token=token))

    def test_must_be_said(self, tx, anywhere):
        with pytest.raises(XappTargetMissing):
            tell(tx, anywhere, Target())

    @pytest.mark.parametrize("values", [{"xapp_id": None}, {"xapp_push": False}])
    def test_is_nobody_without_identifier_and_permission(self, tx, app, alice, values):
        without = msgspec.structs.replace(app, **values)

        with pytest.raises(XappPushNotAllowed):
            tell_alice(tx, without, alice)

    def test_is_named_otherwise_only_where_the_app_may(self, tx, app, anywhere, alice):
        hold(tx, alice)
        for target in (Target(user_uuid=alice.holder_uuid), Target(user_account=ACCOUNT)):
            with pytest.raises(XappTargetNotAllowed):
                tell(tx, app, target)
            assert events_service.find_holder(tx, anywhere, target, now=NOON) == alice.holder_uuid

    @pytest.mark.parametrize(
        "target",
        [
            Target(user_uuid="e4b1c7a9-2d5f-4830-9c6e-8a0b3d7f1e52"),
            Target(user_uuid="nonsense"),
            Target(user_account="rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"),
            Target(user_account="nonsense"),
        ],
    )
    def test_is_nobody_by_a_name_that_nobody_has(self, tx, anywhere, target):
        with pytest.raises(XappTargetUnknown):
            tell(tx, anywhere, target)

    def test_is_nobody_who_took_the_permission_back(self, tx, anywhere, alice):
        hold(tx, alice)
        granted(tx, anywhere, alice)
        tokens.revoke(tx, anywhere.uuid, alice.holder_uuid, NOON)

        for target in (Target(user_uuid=alice.holder_uuid), Target(user_account=ACCOUNT)):
            with pytest.raises(XappTargetUnknown):
                tell(tx, anywhere, target)

    def test_is_of_several_with_one_account_who_knows_the_app_else_who_came_last(self, tx, anywhere, alice):
        bob = a_wallet(tx)
        hold(tx, alice)
        hold(tx, bob, at=NOON + timedelta(minutes=1))
        target = Target(user_account=ACCOUNT)

        assert events_service.find_holder(tx, anywhere, target, now=NOON) == bob.holder_uuid
        granted(tx, anywhere, alice)
        assert events_service.find_holder(tx, anywhere, target, now=NOON) == alice.holder_uuid

    def test_is_oneself_alone_with_ones_own_access_token(self, tx, anywhere, alice):
        bob = a_wallet(tx)
        me = alice.holder_uuid

        for target in (Target(), Target(user_token=granted(tx, anywhere, alice)), Target(user_uuid=me)):
            assert events_service.check_own(tx, anywhere, target, me, now=NOON) == me
        for target in (
            Target(user_token=granted(tx, anywhere, bob)),
            Target(user_token=new_uuid()),
            Target(user_uuid=bob.holder_uuid),
            Target(user_account=ACCOUNT),
        ):
            with pytest.raises(XappTargetUnknown):
                events_service.check_own(tx, anywhere, target, me, now=NOON)


class TestOpeningTheXapp:
    def context(self, tx, uuid, app, device, *, now=NOON):
        """Return what the xApp is told."""
        return events_service.event_context(tx, uuid, app_uuid=app.uuid, holder_uuid=device.holder_uuid, now=now)

    def test_gives_it_the_data_and_the_name_of_the_event_every_time(self, tx, app, alice):
        draft = EventDraft(body="x", data=msgspec.Raw(b'{"order":1042,"payload":"somebody else\'s"}'))
        uuid = tell_alice(tx, app, alice, draft).uuid

        for _ in range(2):
            assert self.context(tx, uuid, app, alice) == {"order": 1042, "payload": uuid}
        assert service.get_for_app(tx, app.uuid, uuid).opened_at == NOON
        assert listed(tx, alice) == [uuid]

    def test_is_for_the_right_app_and_the_right_person_while_it_is_there(self, tx, app, alice):
        uuid = tell_alice(tx, app, alice).uuid
        refused = [
            (uuid, an_app(), alice, NOON),
            (uuid, app, a_wallet(tx), NOON),
            (uuid, app, alice, NOON + days(30)),
            (new_uuid(), app, alice, NOON),
        ]

        for named, by_app, device, at in refused:
            with pytest.raises(EventUnknown):
                self.context(tx, named, by_app, device, now=at)
        service.cancel_payload(tx, app.uuid, uuid, now=NOON)
        with pytest.raises(EventUnknown):
            self.context(tx, uuid, app, alice)

    def test_is_not_for_a_sign_request(self, tx, app, alice):
        request = stored(tx, app, holder=Holder(alice.holder_uuid, NOON))

        with pytest.raises(EventUnknown):
            self.context(tx, request.uuid, app, alice)


class TestAtTheSameTime:
    def test_taking_back_happens_once_however_many_ask(self, database, app):
        with database.begin() as tx:
            alice = a_wallet(tx)
            uuid = tell_alice(tx, app, alice).uuid
            service.open_payload(tx, uuid, device=alice, origin="EVENT_LIST", now=NOON)

        def take_back(_):
            with database.begin() as tx:
                return service.cancel_payload(tx, app.uuid, uuid, now=NOON).reason

        with ThreadPoolExecutor(8) as eight:
            reasons = sorted(eight.map(take_back, range(8)))

        assert reasons == sorted([CancelReason.OK] + [CancelReason.ALREADY_CANCELLED] * 7)

    def test_it_is_put_away_or_taken_back_but_not_both(self, database, app):
        with database.begin() as tx:
            alice = a_wallet(tx)
            uuids = [tell_alice(tx, app, alice).uuid for _ in range(8)]
            for uuid in uuids:
                service.open_payload(tx, uuid, device=alice, origin="EVENT_LIST", now=NOON)

        def put_away(uuid):
            with database.begin() as tx:
                service.reject_payload(tx, uuid, device=alice, reject=RejectReport(), now=NOON, reference=new_uuid())
                return True

        def take_back(uuid):
            with database.begin() as tx:
                return service.cancel_payload(tx, app.uuid, uuid, now=NOON).cancelled

        with ThreadPoolExecutor(8) as eight:
            pairs = [(eight.submit(put_away, uuid), eight.submit(take_back, uuid)) for uuid in uuids]
            outcomes = [(away.exception() is None, back.result()) for away, back in pairs]

        assert all(was_put_away != was_taken_back for was_put_away, was_taken_back in outcomes)
