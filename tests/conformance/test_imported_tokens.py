"""User tokens from another platform, on both engines: they wait for their account, and are claimed by one holder."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from msgspec.structs import replace

from sealgate.apps import service as apps
from sealgate.apps.errors import AppUnknown
from sealgate.apps.model import AppDraft
from sealgate.base.clock import to_unix_s
from sealgate.base.ids import new_uuid
from sealgate.holders import store as holders
from sealgate.holders.model import Account
from sealgate.payloads import service as payloads
from sealgate.payloads.acceptance import check_signature
from sealgate.tokens import importing, service
from sealgate.tokens.errors import TooManyImported
from sealgate.tokens.importing import Line
from sealgate.xapps.sessions import Visitor, begin_session
from tests.conftest import NOON
from tests.payloads import ALICE, BOB, PAYMENT, a_draft, a_signature, a_wallet, stored
from tests.xapps import a_holder, an_xapp, launched

AFTERWARDS = NOON + timedelta(minutes=1)
OLD = "c2a7e1d4-6b3f-4a90-8e5c-7f1b9d2a4c60"
NOON_S = to_unix_s(NOON)
A_DAY_S = 86_400


@pytest.fixture(autouse=True)
def _sealer_first(sealer):
    """On SQLite it cannot be made while `tx` is open."""


@pytest.fixture
def app(tx, sealer):
    return new_app(tx, sealer)


def new_app(tx, sealer):
    return apps.create_app(tx, sealer, AppDraft(name="Corner Shop"), now=NOON).app


def brings(tx, app, *lines: Line, now=NOON):
    """Import tokens, Alice's where none are given."""
    return importing.import_tokens(tx, app.uuid, lines or [Line(OLD, ALICE.address)], now=now)


def signs(tx, app, device, *, key=ALICE, txjson=None, now=NOON, **as_if):
    """Let a wallet sign a request of the app, and return the app's user token for its holder.

    Args:
        as_if: What the check of the signature found instead.
    """
    payload = stored(tx, app, a_draft(txjson) if txjson else None, now=now)
    payloads.open_payload(tx, payload.uuid, device=device, origin="QR", now=now)
    report = a_signature(payload, key)
    verified = replace(check_signature(payload, report), **as_if)
    payloads.sign_payload(
        tx, payload.uuid, device=device, report=report, verified=verified, now=now, reference=new_uuid()
    )
    return service.find_for(tx, app.uuid, device.holder_uuid, now)


class TestImporting:
    def test_takes_a_token_once_and_knows_it_then(self, tx, app):
        assert brings(tx, app, Line(OLD.upper(), ALICE.address)) == ["taken"]
        assert brings(tx, app, now=AFTERWARDS) == ["known"]

    def test_judging_writes_nothing(self, tx, app):
        lines = [Line(OLD, ALICE.address)]

        assert importing.judge(tx, app.uuid, lines, now=NOON) == ["taken"]
        assert importing.judge(tx, app.uuid, lines, now=NOON) == ["taken"]
        assert not service.is_waiting(tx, app.uuid, OLD, NOON)

    @pytest.mark.parametrize(
        ("line", "why"),
        [(Line("c2a7e1d4", ALICE.address), "no_token"),
         (Line(OLD, "rShop"), "no_account"),
         (Line(OLD, "X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ"), "no_account"),
         (Line(OLD, ALICE.address, issued=NOON_S + 1), "bad_times"),
         (Line(OLD, ALICE.address, issued=NOON_S - 2, expires=NOON_S - 2), "bad_times"),
         (Line(OLD, ALICE.address, issued=NOON_S - 2, expires=NOON_S), "expired")],
    )  # fmt: skip
    def test_refuses_a_line_that_cannot_be_and_takes_the_others(self, tx, app, line, why):
        other = Line(new_uuid(), BOB.address, issued=0, expires=0)

        assert brings(tx, app, line, other) == [why, "taken"]
        assert service.is_waiting(tx, app.uuid, other.token, NOON)

    def test_the_first_of_two_lines_counts(self, tx, app):
        other = new_uuid()

        lines = [Line(OLD, ALICE.address), Line(other, ALICE.address), Line(OLD, BOB.address), Line(OLD, ALICE.address)]

        assert brings(tx, app, *lines) == ["taken", "listed_before", "listed_before", "known"]

    def test_what_collides_with_an_earlier_import_is_refused(self, tx, app, sealer):
        brings(tx, app)

        assert brings(tx, app, Line(new_uuid(), ALICE.address)) == ["other_token"]
        assert brings(tx, app, Line(OLD, BOB.address)) == ["other_account"]
        assert brings(tx, new_app(tx, sealer)) == ["other_account"]

    def test_another_app_may_have_another_token_for_the_account(self, tx, app, sealer):
        brings(tx, app)

        assert brings(tx, new_app(tx, sealer), Line(new_uuid(), ALICE.address)) == ["taken"]

    def test_a_value_that_this_server_has_given_out_is_refused(self, tx, app):
        issued = service.issue_or_extend(tx, app.uuid, new_uuid(), now=NOON, days=30)

        assert brings(tx, app, Line(issued.token, ALICE.address)) == ["in_use"]

    def test_is_for_apps_that_are_there(self, tx, app):
        apps.delete_app(tx, app.uuid, now=NOON)

        for uuid in (app.uuid, new_uuid()):
            with pytest.raises(AppUnknown):
                importing.import_tokens(tx, uuid, [], now=NOON)

    def test_is_bounded(self, tx, app, monkeypatch):
        monkeypatch.setattr(importing, "MAX_IMPORTED", 2)
        brings(tx, app)

        with pytest.raises(TooManyImported):
            brings(tx, app, Line(new_uuid(), BOB.address), Line(new_uuid(), "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"))

    def test_of_two_imports_at_once_each_token_is_taken_by_one(self, database, sealer):
        with database.begin() as tx:
            app = new_app(tx, sealer)
        lines = [Line(OLD, ALICE.address), Line(new_uuid(), BOB.address)]
        ready = threading.Barrier(8)

        def run(number):
            ready.wait()
            with database.begin() as tx:
                # In the same order: whoever comes second waits at the first row, not across.
                verdicts = brings(tx, app, *lines)
                time.sleep(0.02)  # hold the transaction open, so that the eight overlap
                return verdicts

        with ThreadPoolExecutor(8) as eight:
            verdicts = list(eight.map(run, range(8)))

        assert sorted(verdicts) == [["known", "known"]] * 7 + [["taken", "taken"]]


class TestWaiting:
    def test_counts_for_nothing_and_a_request_says_why(self, tx, app):
        brings(tx, app)

        assert service.look_up(tx, app.uuid, [OLD]) == [None]
        assert service.find_live_user_token(tx, app.uuid, OLD, NOON) is None
        payload = stored(tx, app, a_draft(user_token=OLD))
        assert (payload.pushed, payload.terms.unpushed, payload.holder_uuid) == (False, "token_waiting", None)

    def test_is_a_secret_between_the_app_and_the_server(self, tx, app, sealer):
        brings(tx, app)

        assert stored(tx, new_app(tx, sealer), a_draft(user_token=OLD)).terms.unpushed == "token_unknown"

    def test_ends_with_the_token(self, tx, app):
        brings(tx, app, Line(OLD, ALICE.address, expires=NOON_S + A_DAY_S))
        late = NOON + timedelta(days=1)

        assert stored(tx, app, a_draft(user_token=OLD), now=late).terms.unpushed == "token_unknown"
        token = signs(tx, app, a_wallet(tx), now=late)
        assert token is not None
        assert token.token != OLD


class TestClaiming:
    def test_the_old_value_is_the_holders_from_the_first_signature_on(self, tx, app):
        brings(tx, app, Line(OLD, ALICE.address, issued=NOON_S - A_DAY_S, expires=NOON_S + A_DAY_S))
        wallet = a_wallet(tx)

        token = signs(tx, app, wallet)

        assert token is not None
        assert (token.token, token.issued_at) == (OLD, NOON - timedelta(days=1))
        assert token.expires_at == NOON + timedelta(days=30)
        assert stored(tx, app, a_draft(user_token=OLD)).holder_uuid == wallet.holder_uuid
        assert signs(tx, app, wallet, now=AFTERWARDS).token == OLD

    def test_brings_the_time_of_the_signature_where_none_was_known(self, tx, app):
        brings(tx, app)

        assert signs(tx, app, a_wallet(tx), now=AFTERWARDS).issued_at == AFTERWARDS

    def test_another_account_gets_a_value_of_its_own(self, tx, app):
        brings(tx, app)

        assert signs(tx, app, a_wallet(tx), key=BOB).token != OLD
        assert service.is_waiting(tx, app.uuid, OLD, NOON)

    def test_another_app_gets_a_value_of_its_own(self, tx, app, sealer):
        brings(tx, app)

        assert signs(tx, new_app(tx, sealer), a_wallet(tx)).token != OLD

    def test_who_has_a_live_token_keeps_it(self, tx, app):
        wallet = a_wallet(tx)
        first = signs(tx, app, wallet)
        brings(tx, app)

        assert signs(tx, app, wallet) == first
        assert service.is_waiting(tx, app.uuid, OLD, NOON)

    def test_a_transaction_claims_only_for_who_has_proved_the_account(self, tx, app):
        # What is on the ledger anybody can hand in: it may be an old answer to a request of the same content.
        brings(tx, app)
        stranger, owner = a_wallet(tx), a_wallet(tx)
        holders.insert_account(tx, owner.holder_uuid, Account(ALICE.address, ALICE.public_key.hex().upper(), NOON))

        assert signs(tx, app, stranger, txjson=PAYMENT).token != OLD
        assert signs(tx, app, owner, txjson=PAYMENT).token == OLD

    @pytest.mark.parametrize(
        "how", [{"signer": BOB.address}, {"multisign_account": ALICE.address}], ids=["regular key", "one of several"]
    )
    def test_no_other_key_than_the_accounts_own_claims(self, tx, app, how):
        brings(tx, app)

        assert signs(tx, app, a_wallet(tx), **how).token != OLD
        assert service.is_waiting(tx, app.uuid, OLD, NOON)

    def test_a_claimed_token_is_not_imported_again(self, tx, app):
        brings(tx, app)
        wallet = a_wallet(tx)
        signs(tx, app, wallet)

        assert brings(tx, app) == ["claimed"]
        service.revoke(tx, app.uuid, wallet.holder_uuid, NOON)
        assert brings(tx, app) == ["claimed"]
        assert signs(tx, app, wallet).token != OLD

    def test_opening_an_xapp_with_the_proved_account_claims_as_a_signature_does(self, tx, sealer):
        app, device = an_xapp(tx, sealer), a_holder(tx)
        ticket = launched(tx, app, device)
        [account] = holders.accounts_of(tx, device.holder_uuid)
        brings(tx, app, Line(OLD, account.address))

        session = begin_session(
            tx, ticket.ott, Visitor("192.0.2.7", is_xapp=False), app_uuid=app.uuid, user_token_days=30, now=NOON
        )

        assert session.user_token == OLD

    def test_of_many_holders_who_prove_it_at_once_one_gets_it(self, database, sealer):
        # An account may have several holders (ADR 5).
        with database.begin() as tx:
            app = new_app(tx, sealer)
            brings(tx, app)
            wallets = [a_wallet(tx) for _ in range(8)]
        ready = threading.Barrier(8)

        def run(wallet):
            ready.wait()
            with database.begin() as tx:
                token = signs(tx, app, wallet)
                time.sleep(0.02)  # hold the transaction open, so that the eight overlap
                return token.token

        with ThreadPoolExecutor(8) as eight:
            tokens = list(eight.map(run, wallets))

        assert tokens.count(OLD) == 1
        assert len(set(tokens)) == 8

    def test_what_is_undone_leaves_it_waiting(self, database, sealer):
        with database.begin() as tx:
            app = new_app(tx, sealer)
            brings(tx, app)
            wallet = a_wallet(tx)

        def sign_and_fail():
            with database.begin() as tx:
                assert signs(tx, app, wallet).token == OLD
                raise RuntimeError("the disk is full")

        with pytest.raises(RuntimeError):
            sign_and_fail()

        with database.begin() as tx:
            assert service.is_waiting(tx, app.uuid, OLD, NOON)
            assert signs(tx, app, wallet).token == OLD
