"""Transactions, sessions and consents on both engines; above all, that one browser of many gets the answer."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from sealgate.base.ids import hash_secret, new_token, new_uuid
from sealgate.base.settings import Settings
from sealgate.infra.database import Database, Tx
from sealgate.oauth import service, sessions, store
from sealgate.oauth.completion import complete, complete_from_session, deny
from sealgate.oauth.model import (
    AuthorizationRequest,
    Consent,
    DeviceRequest,
    PushedRequest,
    RefreshToken,
    Session,
    Transaction,
)
from sealgate.oauth.tables import oauth_grants, oauth_transactions
from sealgate.oauth.transactions import Visitor, begin
from sealgate.payloads import service as payloads
from sealgate.payloads.acceptance import check_signature
from sealgate.payloads.model import Payload
from tests.conftest import NOON
from tests.grants import ALICE, CALLBACK, a_grant
from tests.payloads import a_signature, a_wallet, an_app

SETTINGS = Settings(public_url="https://sign.example")
VISITOR = Visitor(browser_hash=hash_secret("cookie"), ip="192.0.2.1", user_agent="Mozilla/5.0")
HUNDRED = 100


@pytest.fixture
def app():
    return an_app()


def asked(app, **values) -> AuthorizationRequest:
    return AuthorizationRequest(**{"app_uuid": app.uuid, "redirect_uri": CALLBACK, "state": "s", **values})


def begun(tx: Tx, app, **values) -> Transaction:
    how = {name: values.pop(name) for name in ("pushed_hash", "device_hash") if name in values}
    return begin(tx, app, asked(app, **values), VISITOR, uuid=new_uuid(), settings=SETTINGS, now=NOON, **how)


def signed(tx: Tx, transaction: Transaction, *, origin: str = "QR") -> Payload:
    """Let a wallet sign for the transaction."""
    wallet = a_wallet(tx)
    payload = payloads.open_payload(tx, transaction.uuid, device=wallet, origin=origin, now=NOON)
    report = msgspec.structs.replace(a_signature(payload), origintype=origin)
    return payloads.sign_payload(
        tx, transaction.uuid, device=wallet, report=report, verified=check_signature(payload, report), now=NOON,
        reference=new_uuid(),
    )  # fmt: skip


def ready(tx: Tx, app, **values) -> tuple[Transaction, Any]:
    transaction = begun(tx, app, **values)
    return transaction, signed(tx, transaction)


def finish(tx: Tx, app, transaction: Transaction, payload: Payload, *, by: str = "browser") -> Any:
    return complete(tx, app, transaction, payload, by=by, settings=SETTINGS, now=NOON)


def session_of(tx: Tx, secret: str | None, *, now: datetime = NOON) -> Any:
    return service.find_session(tx, secret, now=now)


def from_session(tx: Tx, app, request: AuthorizationRequest, session: Session, **how: Any) -> Any:
    return complete_from_session(tx, app, request, session, settings=SETTINGS, now=NOON, **how)


def transaction_of(tx: Tx, uuid: str) -> Any:
    return store.find_transaction(tx, uuid)


def payload_of(tx: Tx, uuid: str) -> Any:
    return payloads.find_payload(tx, uuid)


def code_of(tx: Tx, code: str) -> Any:
    return store.find_code(tx, hash_secret(code))


def device_of(tx: Tx, device_hash: bytes) -> Any:
    return store.find_device_request(tx, device_hash)


def all_at_once(database: Database, count: int, deed) -> list[Any]:
    """Run `deed(tx, number)` in a thread and a transaction each, holding it open so that they overlap."""
    gate = threading.Barrier(count)

    def run(number: int):
        gate.wait()
        with database.begin() as tx:
            result = deed(tx, number)
            time.sleep(0.001)
            return result

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


class TestBeginning:
    def test_is_kept_whole(self, tx, app):
        transaction = begun(tx, app, scope="openid ä", nonce="n", prompt=("login",), max_age=5, signers=(ALICE,))

        assert store.find_transaction(tx, transaction.uuid) == transaction
        assert store.find_transaction(tx, new_uuid()) is None

    def test_makes_a_sign_request_of_the_apps_for_five_minutes(self, tx, app):
        transaction = begun(tx, app)

        payload: Any = payloads.get_for_app(tx, app.uuid, transaction.uuid)

        assert payload.expires_at == NOON + timedelta(minutes=5)
        assert payload.terms.presentation.matching_number == transaction.number
        assert payload.terms.presentation.txn_hash == transaction.request.digest
        assert 10 <= int(transaction.number) <= 99

    def test_binds_the_signature_to_the_request(self, tx, app):
        transaction = begun(tx, app)
        payload = payload_of(tx, transaction.uuid)

        memo = msgspec.json.decode(payload.terms.request_json)["Memos"][-1]["Memo"]
        challenge = msgspec.json.decode(bytes.fromhex(memo["MemoData"]))

        assert challenge["txn_hash"] == transaction.request.digest
        assert challenge["number"] == transaction.number
        assert challenge["app"] == app.uuid


class TestCompletion:
    def test_has_one_winner_of_a_hundred(self, database, app):
        with database.begin() as tx:
            transaction, payload = ready(tx, app)

        done = all_at_once(
            database,
            HUNDRED,
            lambda tx, number: finish(tx, app, transaction, payload, by=("browser", "phone")[number % 2]),
        )

        winners = [completed for completed in done if completed is not None]
        assert len(winners) == 1
        with database.begin() as tx:
            assert tx.execute(select(func.count()).select_from(oauth_grants)).scalar_one() == 1
            kept = transaction_of(tx, transaction.uuid)
            assert kept.grant_uuid == winners[0].grant.uuid

    def test_is_either_an_answer_or_a_refusal(self, database, app):
        with database.begin() as tx:
            transaction, payload = ready(tx, app)

        def deed(tx, number):
            if number % 2:
                return deny(tx, transaction, by="browser", now=NOON)
            return finish(tx, app, transaction, payload) is not None

        done = all_at_once(database, 50, deed)

        assert sum(done) == 1
        with database.begin() as tx:
            grants = tx.execute(select(func.count()).select_from(oauth_grants)).scalar_one()
            kept = transaction_of(tx, transaction.uuid)
        assert (kept.grant_uuid is not None) == bool(grants)

    def test_gives_a_code_that_is_stored_as_its_hash_alone(self, tx, app):
        completed = finish(tx, app, *ready(tx, app))

        code = code_of(tx, completed.code)
        assert code.grant == completed.grant
        assert completed.code.encode() not in code.hash
        assert code.expires_at == NOON + timedelta(seconds=600)

    def test_gives_a_short_code_and_a_session_in_the_oidc_shape(self, tx, app):
        completed = finish(tx, app, *ready(tx, app, scope="openid"))

        assert code_of(tx, completed.code).expires_at == NOON + timedelta(seconds=60)
        session = session_of(tx, completed.session_secret)
        assert session.sid == completed.grant.session_id
        assert session.account == completed.grant.account
        assert sessions.has_consent(tx, app, session.account, asked(app, scope="openid"))

    def test_gives_no_session_to_old_clients(self, tx, app):
        completed = finish(tx, app, *ready(tx, app))

        assert completed.session_secret is None
        assert completed.grant.session_id is None

    def test_tells_who_signed_where_and_how(self, tx, app):
        transaction, payload = ready(tx, app)

        grant = finish(tx, app, transaction, payload).grant

        assert grant.account == payload.outcome.account
        assert grant.payload_uuid == payload.uuid
        assert grant.user_token is not None
        assert (grant.network_type, grant.network_id) == ("MAINNET", 0)
        assert grant.auth_time == payload.resolved_at
        assert grant.amr[0] == "pop"

    def test_prepares_the_token_of_the_implicit_flow(self, tx, app):
        completed = finish(tx, app, *ready(tx, app, response_type="token"))

        assert completed.code is None
        jti = completed.issue.access_claims["jti"]
        assert [token for token, _ in store.live_access_tokens(tx, completed.grant.uuid, now=NOON)] == [jti]

    def test_uses_up_the_pushed_request(self, tx, app):
        pushed = PushedRequest(
            hash=hash_secret("uri"), app_uuid=app.uuid, request=asked(app), expires_at=NOON + timedelta(seconds=60)
        )
        store.insert_pushed_request(tx, pushed)
        one, other = ready(tx, app, pushed_hash=pushed.hash), ready(tx, app, pushed_hash=pushed.hash)
        assert store.find_pushed_request(tx, pushed.hash, app_uuid=app.uuid, now=NOON) == pushed

        finish(tx, app, *one)

        assert store.find_pushed_request(tx, pushed.hash, app_uuid=app.uuid, now=NOON) is None
        assert finish(tx, app, *other) is not None

    def test_gives_a_waiting_device_its_grant(self, tx, app):
        device = DeviceRequest(
            hash=hash_secret("device"), user_code_hash=hash_secret("WDJBMJHT"), app_uuid=app.uuid, request=asked(app),
            created_at=NOON, expires_at=NOON + timedelta(minutes=10),
        )  # fmt: skip
        store.insert_device_request(tx, device)

        completed = finish(tx, app, *ready(tx, app, device_hash=device.hash))

        assert completed.code is None
        assert device_of(tx, device.hash).grant_uuid == completed.grant.uuid

    def test_tells_a_waiting_device_of_a_refusal(self, tx, app):
        device = DeviceRequest(
            hash=hash_secret("device"), user_code_hash=hash_secret("WDJBMJHT"), app_uuid=app.uuid, request=asked(app),
            created_at=NOON, expires_at=NOON + timedelta(minutes=10),
        )  # fmt: skip
        store.insert_device_request(tx, device)

        deny(tx, begun(tx, app, device_hash=device.hash), by="browser", now=NOON)

        assert device_of(tx, device.hash).denied_at == NOON

    def test_ends_the_session_that_the_browser_had(self, tx, app):
        first = finish(tx, app, *ready(tx, app, scope="openid"))
        transaction, payload = ready(tx, app, scope="openid")

        complete(
            tx, app, transaction, payload, by="browser", settings=SETTINGS, now=NOON,
            former_session=hash_secret(first.session_secret),
        )  # fmt: skip

        assert session_of(tx, first.session_secret) is None


class TestFromASession:
    def test_keeps_the_signature_with_the_app_it_was_made_for(self, tx, app):
        secret = finish(tx, app, *ready(tx, app, scope="openid")).session_secret
        session = session_of(tx, secret)
        other = an_app()

        own = from_session(tx, app, asked(app, scope="openid"), session)
        foreign = from_session(tx, other, asked(other, scope="openid"), session)

        assert own.grant.payload_uuid == session.payload_uuid
        assert own.grant.user_token == session.user_token
        assert foreign.grant.payload_uuid is None
        assert foreign.grant.user_token is None
        assert own.grant.auth_time == foreign.grant.auth_time == session.auth_time

    def test_answers_a_question_once(self, database, app):
        with database.begin() as tx:
            secret = finish(tx, app, *ready(tx, app, scope="openid")).session_secret
            session = session_of(tx, secret)
            request = asked(app, scope="openid")
            question = service.begin_question(tx, app, request, VISITOR, uuid=new_uuid(), now=NOON)

        done = all_at_once(
            database,
            20,
            lambda tx, _: from_session(tx, app, request, session, transaction=question),
        )

        assert sum(completed is not None for completed in done) == 1


class TestSessions:
    def a_session(self, **values) -> Session:
        usual = {
            "hash": hash_secret("sid"), "sid": new_uuid(), "app_uuid": new_uuid(), "account": ALICE, "auth_time": NOON,
            "created_at": NOON, "used_at": NOON, "expires_at": NOON + timedelta(hours=12), "amr": ("pop", "pin"),
        }  # fmt: skip
        return Session(**{**usual, **values})

    def test_are_kept_whole(self, tx):
        session = self.a_session(network_type="XAHAU", network_id=21337)
        store.insert_session(tx, session)

        assert session_of(tx, "sid") == session
        assert session_of(tx, "other") is None
        assert session_of(tx, None) is None

    def test_live_while_they_are_used(self, tx):
        store.insert_session(tx, self.a_session())
        later = NOON + timedelta(minutes=59)

        store.touch_session(tx, hash_secret("sid"), now=later)

        assert session_of(tx, "sid", now=later + timedelta(minutes=59)) is not None
        assert session_of(tx, "sid", now=later + timedelta(minutes=60)) is None

    def test_end_once(self, database):
        with database.begin() as tx:
            store.insert_session(tx, self.a_session())

        ended = all_at_once(database, 20, lambda tx, _: service.end_session(tx, "sid", now=NOON))

        assert sum(session is not None for session in ended) == 1

    def test_all_end_when_a_key_has_leaked(self, tx):
        grant = a_grant(new_uuid())
        store.insert_session(tx, self.a_session())
        token = RefreshToken(
            hash=hash_secret("r"), grant_uuid=grant.uuid, generation=1, created_at=NOON,
            idle_until=NOON + timedelta(days=1), expires_at=NOON + timedelta(days=2),
        )  # fmt: skip
        store.insert_refresh_token(tx, token)

        service.end_everything(tx, NOON)

        assert session_of(tx, "sid") is None
        assert store.use_refresh_token(tx, token.hash, now=NOON) is None


class TestConsents:
    def test_are_for_one_account_one_app_and_one_set_of_scopes(self, tx):
        app_uuid = new_uuid()
        consent = Consent(account=ALICE, app_uuid=app_uuid, scopes="openid", given_at=NOON)

        store.remember_consent(tx, consent)
        store.remember_consent(tx, consent)

        assert store.has_consent(tx, account=ALICE, app_uuid=app_uuid, scopes="openid")
        assert not store.has_consent(tx, account=ALICE, app_uuid=app_uuid, scopes="email openid")
        assert not store.has_consent(tx, account=ALICE, app_uuid=new_uuid(), scopes="openid")
        assert not store.has_consent(tx, account="rOther", app_uuid=app_uuid, scopes="openid")


class TestSweeping:
    def test_takes_what_was_over_a_day_ago_some_at_a_time(self, tx, app):
        for _ in range(5):
            begun(tx, app)
        over = NOON + timedelta(minutes=5)

        assert service.forget_old(tx, now=over + timedelta(days=1)) == 0
        assert store.forget_old(tx, before=over + timedelta(seconds=1), limit=3) == 3
        assert store.forget_old(tx, before=over + timedelta(seconds=1), limit=3) == 2
        assert tx.execute(select(func.count()).select_from(oauth_transactions)).scalar_one() == 0

    def test_leaves_what_still_lives(self, tx):
        secret = new_token()
        store.insert_session(tx, TestSessions().a_session(hash=hash_secret(secret)))

        service.forget_old(tx, now=NOON + timedelta(hours=30))

        assert session_of(tx, secret) is not None
