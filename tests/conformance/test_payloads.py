"""The verbs of sign requests, on both engines."""

from datetime import timedelta

import msgspec
import pytest

from sealgate.base.errors import SealgateError
from sealgate.base.ids import new_uuid
from sealgate.holders.errors import DeviceRevoked
from sealgate.holders.model import Holder
from sealgate.holders.service import revoke_device
from sealgate.infra.tx import Tx
from sealgate.payloads import service, store
from sealgate.payloads.acceptance import check_signature
from sealgate.payloads.errors import (
    DispatchRefused,
    IdentifierNotFound,
    IdentifierTaken,
    PayloadCancelled,
    PayloadExpired,
    PayloadNotFound,
    PayloadNotOpened,
    PayloadOfAnother,
    PayloadResolved,
    PayloadSigned,
    PayloadUnknown,
    TransactionDiffers,
)
from sealgate.payloads.model import (
    CancelReason,
    DispatchReport,
    Environment,
    Presentation,
    RejectReport,
    SignReport,
    State,
    state_of,
)
from sealgate.payloads.tables import payload_refusals
from sealgate.tokens.service import find_for, issue_or_extend
from tests.conftest import NOON
from tests.payloads import ALICE, CLAIM, MAINNET, PAYMENT, SHOP, a_draft, a_signature, a_wallet, an_app, stored

CALL = "9b3a6f54-2c0d-4e8a-b7f1-3d5c7e9f1a20"
DEADLINE = NOON + timedelta(minutes=5)
LATER = NOON + timedelta(seconds=30)
NODE_SAID = DispatchReport(to="wss://node.example", nodetype="MAINNET", result="tesSUCCESS")


def short(txjson=PAYMENT, **members):
    """Return a draft that expires in five minutes."""
    return a_draft(txjson, options={"expire": 5, **members.pop("options", {})}, **members)


def opened(tx: Tx, uuid: str, device, *, origin="QR", now=NOON):
    return service.open_payload(tx, uuid, device=device, origin=origin, now=now)


def signed(tx: Tx, payload, device, report: SignReport | None = None, *, now=LATER, **how):
    report = report or a_signature(payload)
    verified = check_signature(payload, report)
    return service.sign_payload(
        tx, payload.uuid, device=device, report=report, verified=verified, now=now, reference=CALL, **how
    )


def rejected(tx: Tx, payload, device, *, now=LATER):
    reject = RejectReport(initiator="USER", reason="too much", environment=MAINNET, origintype="DEEP_LINK")
    return service.reject_payload(tx, payload.uuid, device=device, reject=reject, now=now, reference=CALL)


def told(tx: Tx) -> list[tuple[str, str]]:
    """Return what was emitted of requests so far, without what came before; topics shortened to their first word."""
    said = [(event.topic.partition(":")[0], event.kind) for event in tx.events]
    # That something was recorded for the app's back end is the delivery slice's own news.
    said = [one for one in said if one[0] != "app-events"]
    tx.events.clear()
    return said


@pytest.fixture
def app():
    return an_app()


class TestCreating:
    def test_stores_what_it_returns(self, tx, app):
        draft = a_draft(
            {**PAYMENT, "Memos": [{"Memo": {"MemoData": "C3A9"}}]},
            options={"signers": [SHOP], "return_url": {"app": "a://b"}, "immutable": True, "force_network": "xahau"},
            custom_meta={"identifier": "order 1/é", "blob": {"z": 1.5, "a": [None]}, "instruction": "Hé"},
        )

        made = stored(tx, app, draft, now=NOON + timedelta(microseconds=1999), presentation=Presentation(lines=("x",)))

        assert service.find_payload(tx, made.uuid) == made
        assert service.get_by_identifier(tx, app.uuid, "order 1/é") == made
        assert made.created_at == NOON + timedelta(milliseconds=1)
        assert made.terms.presentation == Presentation(lines=("x",))

    def test_gives_each_app_its_own_identifiers(self, tx, app):
        draft = a_draft(custom_meta={"identifier": "order-1"})
        stored(tx, app, draft)
        stored(tx, an_app(), draft)

        with pytest.raises(IdentifierTaken):
            stored(tx, app, draft)

    def test_without_identifier_is_possible_any_number_of_times(self, tx, app):
        assert len({stored(tx, app).id for _ in range(3)}) == 3

    def test_challenges_who_signs_in(self, tx, app):
        payload = stored(tx, app)

        assert check_signature(payload, a_signature(payload)).account == ALICE.address

    def test_without_token_is_for_everyone(self, tx, app):
        payload = stored(tx, app)

        assert (payload.holder_uuid, payload.pushed, told(tx)) == (None, False, [])


class TestPushing:
    @pytest.fixture
    def wallet(self, tx):
        return a_wallet(tx)

    @pytest.fixture
    def token(self, tx, app, wallet):
        return issue_or_extend(tx, app.uuid, wallet.holder_uuid, now=NOON, days=30)

    def test_puts_the_request_before_the_holder_alone(self, tx, app, wallet, token):
        tx.events.clear()

        payload = stored(tx, app, a_draft(user_token=token.token.upper()))

        assert (payload.holder_uuid, payload.pushed) == (wallet.holder_uuid, True)
        [event] = tx.events
        assert (event.topic, event.kind) == (f"holder:{wallet.holder_uuid}", "payload_created")
        assert event.data == {"uuid": payload.uuid}
        assert service.pending_payloads(tx, wallet.holder_uuid, now=NOON) == [payload]
        with pytest.raises(PayloadOfAnother):
            opened(tx, payload.uuid, a_wallet(tx))
        assert opened(tx, payload.uuid, wallet).opened_at == NOON

    def test_with_a_token_that_does_not_count_makes_a_request_for_everyone(self, tx, app, wallet, token):
        foreign, unknown, late = an_app(), new_uuid(), NOON + timedelta(days=30)

        assert not stored(tx, foreign, a_draft(user_token=token.token)).pushed
        assert not stored(tx, app, a_draft(user_token=unknown)).pushed
        assert not stored(tx, app, a_draft(user_token=token.token), now=late).pushed

    def test_to_a_holder_without_a_wallet_leaves_the_request_to_whoever_scans_it(self, tx, app, wallet, token):
        revoke_device(tx, wallet, wallet.uuid, now=NOON)

        payload = stored(tx, app, a_draft(user_token=token.token))

        assert (payload.holder_uuid, payload.pushed) == (None, False)

    def test_to_a_holder_the_creator_knows_needs_no_token(self, tx, app, wallet):
        payload = stored(tx, app, holder=Holder(wallet.holder_uuid, NOON))

        assert (payload.holder_uuid, payload.pushed) == (wallet.holder_uuid, True)

    def test_lists_what_still_waits_newest_first(self, tx, app, wallet, token):
        first, second, done, withdrawn = (stored(tx, app, short(user_token=token.token)) for _ in range(4))
        stored(tx, app)
        rejected(tx, opened(tx, done.uuid, wallet), wallet)
        service.cancel_payload(tx, app.uuid, withdrawn.uuid, now=NOON)

        assert [one.uuid for one in service.pending_payloads(tx, wallet.holder_uuid, now=NOON)] == [
            second.uuid,
            first.uuid,
        ]
        assert service.pending_payloads(tx, wallet.holder_uuid, now=DEADLINE) == []


class TestReading:
    def test_is_for_the_app_that_created_it(self, tx, app):
        payload = stored(tx, app, a_draft(custom_meta={"identifier": "x"}))

        assert service.get_for_app(tx, app.uuid, payload.uuid) == payload
        with pytest.raises(PayloadNotFound):
            service.get_for_app(tx, an_app().uuid, payload.uuid)
        with pytest.raises(PayloadNotFound):
            service.get_for_app(tx, app.uuid, new_uuid())
        with pytest.raises(IdentifierNotFound):
            service.get_by_identifier(tx, an_app().uuid, "x")

    @pytest.mark.parametrize("identifier", ["X", "x ", "\0", "é" * 500], ids=repr)
    def test_by_an_identifier_is_exact(self, tx, app, identifier):
        stored(tx, app, a_draft(custom_meta={"identifier": "x"}))

        with pytest.raises(IdentifierNotFound):
            service.get_by_identifier(tx, app.uuid, identifier)


class TestOpening:
    def test_is_noted_and_told_once(self, tx, app):
        payload, first, second = stored(tx, app, short()), a_wallet(tx), a_wallet(tx)
        told(tx)

        one = opened(tx, payload.uuid, first, origin="DEEP_LINK")
        two = opened(tx, payload.uuid, second, origin="QR", now=LATER)

        assert (one.opened_at, one.opened_by_deeplink) == (NOON, True)
        assert two == one == service.find_payload(tx, payload.uuid)
        assert told(tx) == [("payload", "opened")]

    @pytest.mark.parametrize("origin", ["QR", "PUSH_NOTIFICATION", "EVENT_LIST", "XAPP", "UNKNOWN"])
    def test_by_anything_but_a_link_is_no_deep_link(self, tx, app, origin):
        payload = stored(tx, app)

        assert opened(tx, payload.uuid, a_wallet(tx), origin=origin).opened_by_deeplink is False

    def test_must_happen_before_the_deadline(self, tx, app):
        wallet = a_wallet(tx)
        late, just_in_time = stored(tx, app, short()), stored(tx, app, short())

        with pytest.raises(PayloadExpired):
            opened(tx, late.uuid, wallet, now=DEADLINE)
        opened(tx, just_in_time.uuid, wallet, now=DEADLINE - timedelta(milliseconds=1))

    def test_in_time_lets_everybody_open_it_later(self, tx, app):
        payload = stored(tx, app, short())
        opened(tx, payload.uuid, a_wallet(tx))

        assert opened(tx, payload.uuid, a_wallet(tx), now=DEADLINE + timedelta(days=1)).opened_at == NOON

    def test_of_what_is_over_says_so(self, tx, app):
        wallet = a_wallet(tx)
        one, two, three = (stored(tx, app) for _ in range(3))
        signed(tx, opened(tx, one.uuid, wallet), wallet)
        rejected(tx, opened(tx, two.uuid, wallet), wallet)
        service.cancel_payload(tx, app.uuid, three.uuid, now=NOON)

        for uuid, refusal in (
            (one.uuid, PayloadSigned),
            (two.uuid, PayloadResolved),
            (three.uuid, PayloadCancelled),
            (new_uuid(), PayloadUnknown),
        ):
            with pytest.raises(SealgateError) as refused:
                opened(tx, uuid, wallet)
            assert type(refused.value) is refusal


class TestSigning:
    def test_sets_everything_the_developer_will_see(self, tx, app):
        wallet = a_wallet(tx)
        payload = opened(tx, stored(tx, app, short()).uuid, wallet)
        report = a_signature(payload)

        done = signed(tx, payload, wallet, msgspec.structs.replace(report, dispatched=NODE_SAID))

        assert done == service.find_payload(tx, payload.uuid)
        assert state_of(done, LATER) is State.SIGNED
        assert done.resolved_at == LATER
        assert done.outcome is not None
        assert msgspec.structs.asdict(done.outcome) == {
            "signed": True,
            "reference": CALL,
            "holder_uuid": wallet.holder_uuid,
            "device_uuid": wallet.uuid,
            "origintype": "QR",
            "signmethod": "PIN",
            "hex": report.signed_blob,
            "txid": report.tx_id,
            "account": ALICE.address,
            "signer": ALICE.address,
            "signer_pubkey": ALICE.public_key.hex().upper(),
            "multisign_account": "",
            "environment_nodeuri": MAINNET.nodeuri,
            "environment_nodetype": "MAINNET",
            "environment_networkid": 0,
            "dispatched_to": "wss://node.example",
            "dispatched_nodetype": "MAINNET",
            "dispatched_result": "tesSUCCESS",
            "reject_initiator": None,
            "reject_reason": None,
            "network": "MAINNET",
            "rights": None,
            "differences": [
                {"field": name, "how": "added_by_wallet", "requested": None, "signed": value}
                for name, value in (("Sequence", 1), ("Fee", "12"), ("Account", ALICE.address))
            ],
        }

    def test_is_told_in_order(self, tx, app):
        wallet = a_wallet(tx)
        one = opened(tx, stored(tx, app, short()).uuid, wallet)
        two = opened(tx, stored(tx, app, short()).uuid, wallet)
        told(tx)

        signed(tx, one, wallet)
        assert told(tx) == [("payload", "pre_signed"), ("payload", "resolved"), ("holder", "payload_resolved")]
        signed(tx, two, wallet, msgspec.structs.replace(a_signature(two), dispatched=NODE_SAID))
        assert told(tx)[:3] == [("payload", "pre_signed"), ("payload", "dispatched"), ("payload", "resolved")]

    def test_tells_the_outcome_as_it_can_be_read(self, tx, app):
        wallet = a_wallet(tx)
        payload = opened(tx, stored(tx, app, short()).uuid, wallet)

        done = signed(tx, payload, wallet)

        [event] = [event for event in tx.events if event.kind == "resolved"]
        assert done.outcome is not None
        assert (event.data["signed"], event.data["txid"]) == (True, done.outcome.txid)
        assert event.data["reference_call_uuidv4"] == CALL

    def test_issues_the_apps_user_token_and_extends_it(self, tx, app):
        wallet = a_wallet(tx)
        first = opened(tx, stored(tx, app).uuid, wallet)
        assert service.issued_user_token(tx, first, NOON) is None

        done = signed(tx, first, wallet, token_days=10)
        token = find_for(tx, app.uuid, wallet.holder_uuid, LATER)
        assert token is not None
        assert service.issued_user_token(tx, done, LATER) == token.token
        assert token.expires_at == LATER + timedelta(days=10)

        tomorrow = NOON + timedelta(days=1)
        signed(tx, opened(tx, stored(tx, app, now=tomorrow).uuid, wallet, now=tomorrow), wallet, now=tomorrow)
        again = find_for(tx, app.uuid, wallet.holder_uuid, tomorrow)
        assert again is not None
        assert (again.token, again.expires_at) == (token.token, tomorrow + timedelta(days=30))
        assert service.issued_user_token(tx, done, tomorrow + timedelta(days=30)) is None

    def test_has_no_deadline_once_opened(self, tx, app):
        wallet = a_wallet(tx)
        payload = opened(tx, stored(tx, app, short()).uuid, wallet)

        assert signed(tx, payload, wallet, now=DEADLINE + timedelta(days=2)).outcome is not None

    def test_needs_an_opening_first(self, tx, app):
        payload = stored(tx, app)

        with pytest.raises(PayloadNotOpened):
            signed(tx, payload, a_wallet(tx))
        with pytest.raises(PayloadExpired):
            signed(tx, payload, a_wallet(tx), now=NOON + timedelta(days=1))

    def test_is_for_the_first_of_several(self, tx, app):
        alice, bob = a_wallet(tx), a_wallet(tx)
        payload = opened(tx, stored(tx, app).uuid, alice)
        opened(tx, payload.uuid, bob)
        signed(tx, payload, bob)

        with pytest.raises(PayloadResolved) as refused:
            signed(tx, payload, alice)
        assert (refused.value.status, refused.value.code) == (409, 409)

    def test_by_a_device_revoked_meanwhile_is_refused(self, tx, app):
        wallet = a_wallet(tx)
        payload = opened(tx, stored(tx, app).uuid, wallet)
        revoke_device(tx, wallet, wallet.uuid, now=NOON)

        with pytest.raises(DeviceRevoked):
            signed(tx, payload, wallet)

    def test_of_a_claim_has_no_transaction_and_nothing_was_submitted(self, tx, app):
        wallet = a_wallet(tx)
        payload = opened(tx, stored(tx, app, a_draft(CLAIM)).uuid, wallet)
        report = msgspec.structs.replace(a_signature(payload), dispatched=NODE_SAID)

        done = signed(tx, payload, wallet, report)

        assert done.outcome is not None
        assert (done.outcome.txid, done.outcome.dispatched_to) == (None, None)
        assert done.outcome.account == ALICE.address


class TestRejecting:
    def test_tells_who_and_where_and_issues_no_token(self, tx, app):
        wallet = a_wallet(tx)
        payload = opened(tx, stored(tx, app, short()).uuid, wallet)
        told(tx)

        done = rejected(tx, payload, wallet)

        assert done == service.find_payload(tx, payload.uuid)
        assert state_of(done, LATER) is State.REJECTED
        assert done.outcome is not None
        assert (done.outcome.reject_initiator, done.outcome.reject_reason) == ("USER", "too much")
        assert (done.outcome.environment_networkid, done.outcome.hex, done.outcome.account) == (0, None, None)
        assert find_for(tx, app.uuid, wallet.holder_uuid, LATER) is None
        assert service.issued_user_token(tx, done, LATER) is None
        assert told(tx) == [("payload", "resolved"), ("holder", "payload_resolved")]

    def test_after_an_answer_is_too_late(self, tx, app):
        wallet = a_wallet(tx)
        payload = opened(tx, stored(tx, app).uuid, wallet)
        rejected(tx, payload, wallet)

        with pytest.raises(PayloadResolved):
            rejected(tx, payload, wallet)
        with pytest.raises(PayloadResolved):
            signed(tx, payload, wallet)


class TestDispatch:
    def test_is_added_once_by_the_device_that_signed(self, tx, app):
        wallet, other = a_wallet(tx), a_wallet(tx)
        payload = opened(tx, stored(tx, app, short()).uuid, wallet)
        signed(tx, payload, wallet)
        told(tx)

        with pytest.raises(DispatchRefused):
            service.report_dispatch(tx, payload.uuid, device=other, dispatch=NODE_SAID, now=LATER)
        done = service.report_dispatch(tx, payload.uuid, device=wallet, dispatch=NODE_SAID, now=LATER)
        with pytest.raises(DispatchRefused):
            service.report_dispatch(tx, payload.uuid, device=wallet, dispatch=NODE_SAID, now=LATER)

        assert done.outcome is not None
        assert (done.outcome.dispatched_to, done.outcome.dispatched_result) == ("wss://node.example", "tesSUCCESS")
        assert told(tx) == [("payload", "dispatched")]

    def test_is_not_waited_for_where_nothing_was_signed_or_submitted(self, tx, app):
        wallet = a_wallet(tx)
        no_answer, a_no, sign_in = (opened(tx, stored(tx, app, draft).uuid, wallet)
                                    for draft in (short(), short(), a_draft()))  # fmt: skip
        rejected(tx, a_no, wallet)
        signed(tx, sign_in, wallet)

        for payload in (no_answer, a_no, sign_in):
            with pytest.raises(DispatchRefused):
                service.report_dispatch(tx, payload.uuid, device=wallet, dispatch=NODE_SAID, now=LATER)
        with pytest.raises(PayloadUnknown):
            service.report_dispatch(tx, new_uuid(), device=wallet, dispatch=NODE_SAID, now=LATER)


class TestCancelling:
    def test_answers_with_the_state_before(self, tx, app):
        payload = stored(tx, app)

        done = service.cancel_payload(tx, app.uuid, payload.uuid, now=LATER)

        assert (done.reason, done.cancelled, done.before) == (CancelReason.OK, True, payload)
        after = service.find_payload(tx, payload.uuid)
        assert after is not None
        assert after.cancelled_at == LATER
        assert told(tx) == [("payload", "cancelled")]

    def test_tells_the_holder_it_was_sent_to(self, tx, app):
        wallet = a_wallet(tx)
        payload = stored(tx, app, holder=Holder(wallet.holder_uuid, NOON))
        told(tx)

        service.cancel_payload(tx, app.uuid, payload.uuid, now=NOON)

        assert told(tx) == [("payload", "cancelled"), ("holder", "payload_cancelled")]

    def test_too_late_says_why_and_changes_nothing(self, tx, app):
        wallet = a_wallet(tx)
        twice, answered, open_now, late = (stored(tx, app, short()) for _ in range(4))
        service.cancel_payload(tx, app.uuid, twice.uuid, now=NOON)
        rejected(tx, opened(tx, answered.uuid, wallet), wallet)
        opened(tx, open_now.uuid, wallet)

        for payload, now, reason in (
            (twice, NOON, CancelReason.ALREADY_CANCELLED),
            (answered, NOON, CancelReason.ALREADY_RESOLVED),
            (open_now, NOON, CancelReason.ALREADY_OPENED),
            (late, DEADLINE, CancelReason.ALREADY_EXPIRED),
        ):
            before = service.find_payload(tx, payload.uuid)
            assert service.cancel_payload(tx, app.uuid, payload.uuid, now=now).reason is reason
            assert service.find_payload(tx, payload.uuid) == before

    def test_is_for_the_app_that_created_it(self, tx, app):
        payload = stored(tx, app)

        with pytest.raises(PayloadNotFound):
            service.cancel_payload(tx, an_app().uuid, payload.uuid, now=NOON)
        assert service.find_payload(tx, payload.uuid) == payload

    def test_ends_it_for_wallets(self, tx, app):
        payload = stored(tx, app)
        service.cancel_payload(tx, app.uuid, payload.uuid, now=NOON)

        with pytest.raises(PayloadCancelled):
            opened(tx, payload.uuid, a_wallet(tx))
        with pytest.raises(PayloadCancelled):
            signed(tx, payload, a_wallet(tx))


class TestRefusedSignatures:
    def test_leave_a_record(self, tx, app):
        wallet, payload = a_wallet(tx), stored(tx, app)

        service.record_refusal(tx, payload.uuid, device=wallet, refusal=TransactionDiffers(), txid="ab" * 32, now=LATER)

        [row] = tx.execute(payload_refusals.select()).all()
        assert tuple(row)[1:] == (payload.id, wallet.uuid, 405, "transaction-differs", "AB" * 32, LATER)

    @pytest.mark.parametrize("txid", [None, "", "xyz", "0" * 65, "é" * 64], ids=repr)
    def test_keep_no_hash_that_is_none(self, tx, app, txid):
        wallet, payload = a_wallet(tx), stored(tx, app)

        service.record_refusal(tx, payload.uuid, device=wallet, refusal=TransactionDiffers(), txid=txid, now=LATER)

        [row] = tx.execute(payload_refusals.select()).all()
        assert row.txid is None

    def test_do_not_fill_the_disk(self, tx, app):
        wallet, payload = a_wallet(tx), stored(tx, app)

        for _ in range(store.MAX_REFUSALS + 5):
            service.record_refusal(tx, payload.uuid, device=wallet, refusal=TransactionDiffers(), txid=None, now=LATER)

        assert len(tx.execute(payload_refusals.select()).all()) == store.MAX_REFUSALS


class TestWhereTheWalletWas:
    @pytest.mark.parametrize(
        ("environment", "networkid"),
        [(Environment(), None), (Environment(nodetype="XAHAU"), 21337), (Environment(nodetype="OWN"), None)],
        ids=["unsaid", "known", "unknown"],
    )
    def test_is_kept_as_reported_with_the_id_we_know(self, tx, app, environment, networkid):
        wallet = a_wallet(tx)
        payload = opened(tx, stored(tx, app).uuid, wallet)

        report = msgspec.structs.replace(a_signature(payload), environment=environment)
        done = signed(tx, payload, wallet, report)

        assert done.outcome is not None
        assert done.outcome.environment_nodetype == environment.nodetype
        assert done.outcome.environment_networkid == networkid
