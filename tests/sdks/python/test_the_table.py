"""The three credentials of the platform (README), each cell with this client, on both engines."""

import threading
import time

import pytest
from sealgate_client import Misconfigured, NotFound, Refused

from tests.receiver import Receiver
from tests.sdks.python.conftest import PAYMENT, SIGN_IN, registers

DAY_S = 86_400
LIMIT_S = 30


def shortly(act, *args) -> threading.Thread:
    """Have somebody do something while the test waits for it."""
    thread = threading.Thread(target=act, args=args)
    thread.start()
    return thread


class TestABackEnd:
    def test_knows_who_it_is(self, app, stage):
        pong = app.ping()

        assert pong.auth.application.uuidv4 == stage.platform.env["SEALGATE_API_KEY"]
        assert pong.auth.application.name == "Demo app"

    def test_learns_who_a_user_is_by_a_sign_in(self, app, stage):
        request = app.payloads.create_and_subscribe(SIGN_IN, timeout_s=LIMIT_S)
        wallet = shortly(stage.alice.signs, request.uuid)

        kinds = [event.type for event in request]
        payload = request.resolved()

        wallet.join()
        assert request.created.next.always.endswith(request.uuid)
        assert kinds[-3:] == ["opened", "signing", "signed"]
        assert (payload.meta.signed, payload.response.account) == (True, stage.alice.account)
        assert payload.verified.signature is True

    def test_pushes_to_a_user_who_signed_before(self, app, stage):
        first = app.payloads.create(SIGN_IN)
        stage.alice.signs(first.uuid)
        user_token = app.payloads.get(first.uuid).application.issued_user_token

        pushed = app.payloads.create(PAYMENT, options={"submit": False}, user_token=user_token)
        nobody = app.payloads.create(PAYMENT)

        assert pushed.pushed is True
        assert pushed.uuid in stage.alice.pending()
        assert (nobody.pushed, nobody.push.reason) == (False, "no_user_token")
        assert app.user_tokens.verify(user_token).active is True
        unknown = "f8da079c-f813-4595-98a3-fffd53a30095"
        assert [token.active for token in app.user_tokens.verify_many([unknown, user_token])] == [False, True]

    def test_hears_that_a_request_was_declined(self, app, stage):
        request = app.payloads.create_and_subscribe(PAYMENT, timeout_s=LIMIT_S)
        wallet = shortly(stage.alice.declines, request.uuid)

        payload = request.resolved()

        wallet.join()
        assert (payload.meta.resolved, payload.meta.signed) == (True, False)

    def test_withdraws_what_nobody_opened(self, app, stage):
        created = app.payloads.create({"txjson": PAYMENT, "custom_meta": {"identifier": f"order-{time.time_ns()}"}})
        request = app.payloads.subscribe(created.uuid, timeout_s=LIMIT_S)

        cancelled = app.payloads.cancel(created.uuid)

        assert (cancelled.result.cancelled, cancelled.result.reason) == (True, "OK")
        assert request.resolved().meta.cancelled is True
        assert app.payloads.get_by_identifier(cancelled.custom_meta.identifier).meta.uuid == created.uuid

    def test_asks_once_however_often_it_asks_with_the_same_key(self, app):
        first, second = (app.payloads.create(SIGN_IN, idempotency_key=f"once-{id(app)}") for _ in range(2))

        assert first.uuid == second.uuid

    def test_has_a_receipt_that_anybody_can_check(self, app, stage):
        created = app.payloads.create(SIGN_IN)
        stage.alice.signs(created.uuid)

        statement = app.verify_receipt(app.payloads.receipt(created.uuid).receipt)

        assert (statement["sub"], statement["payload"]["uuid"]) == (stage.alice.account, created.uuid)

    def test_keeps_a_document(self, app):
        app.storage.set({"price": 1.5, "open": None})
        assert app.storage.get() == {"price": 1.5, "open": None}

        app.storage.delete()
        assert app.storage.get() is None

    def test_is_refused_in_a_browser_and_told_why(self, clients, stage, monkeypatch):
        made = registers(stage)
        page = clients.make(stage.platform.url, made["api_key"], made["api_secret"])
        monkeypatch.setattr("sealgate_client._calls.USER_AGENT", "a browser")
        original = page._server.request

        async def from_a_page(call):
            request = await original(call)
            return type(request)(request.method, request.url, {**request.headers, "origin": "https://shop.example"})

        page._server.request = from_a_page
        with pytest.raises(Refused) as refused:
            page.ping()

        assert (refused.value.status, refused.value.code) == (403, 815)
        assert "rotate" in refused.value.hint.lower()


class TestASignedInUser:
    @pytest.fixture
    def tokens(self, clients, stage, tab):
        env = stage.platform.env
        native = clients.make(env["SEALGATE_URL"], env["SEALGATE_API_KEY"], "")
        begun = native.oauth.begin("http://127.0.0.1:51004/callback", scope="openid profile")
        return native.oauth.finish(begun, tab.sign_in(begun.url, stage.alice))

    @pytest.fixture
    def user(self, app, tokens):
        return app.as_user(tokens.access_token)

    def test_is_known_at_once(self, user, tokens, stage):
        assert user.ping().sub == stage.alice.account
        assert tokens.claims.account == stage.alice.account

    def test_is_pushed_to_at_once(self, user, stage):
        created = user.payloads.create(PAYMENT, options={"submit": False})

        assert created.pushed is True
        stage.alice.signs(created.uuid)
        assert user.payloads.get(created.uuid).response.account == stage.alice.account

    def test_is_verified_offline_for_a_day(self, app, tokens, stage):
        claims = app.verify_token(tokens.access_token)

        assert (claims.account, claims.expires_at) == (stage.alice.account, claims.raw["iat"] + DAY_S)
        assert app.user_tokens.verify(claims.user_token).active is True

    def test_has_values_of_their_own(self, user):
        user.userdata.set("prefs", {"dark": True})

        assert user.userdata.get("prefs") == {"dark": True}
        assert user.userdata.get("cart") is None
        assert user.userdata.get_many(["prefs", "cart"]) == {"prefs": {"dark": True}}
        assert user.userdata.list() == ["prefs"]
        user.userdata.delete("prefs")
        assert user.userdata.list() == []

    def test_tells_who_they_are(self, app, tokens, stage):
        assert app.oauth.userinfo(tokens.access_token)["account"] == stage.alice.account

    def test_ends_with_the_token(self, app, tokens, user):
        app.oauth.revoke(tokens.access_token)

        assert app.oauth.introspect(tokens.access_token) == {"active": False}
        with pytest.raises(Refused) as refused:
            user.ping()
        assert (refused.value.status, refused.value.code) == (403, 800)

    def test_may_not_do_what_is_for_back_ends(self, user):
        with pytest.raises(Refused) as refused:
            user.storage.get()

        assert refused.value.code == 812


@pytest.fixture(scope="module")
def xapps():
    """The xApp of each platform."""
    return {}


class TestAnXapp:
    @pytest.fixture
    def xapp(self, stage, xapps):
        if stage not in xapps:
            xapps[stage] = stage.operator.new_xapp()
        return xapps[stage]

    def test_knows_its_user_by_the_one_time_token(self, clients, xapp, stage):
        ott = stage.alice.launches(xapp["xapp_id"], {"orderId": "1042"})
        page = clients.make(stage.platform.url, xapp["api_key"], ott=ott)

        created = page.payloads.create(PAYMENT, options={"submit": False})

        launch = page.xapp.authorize()
        assert launch.ott["account"] == page.ping().sub == stage.alice.account
        assert launch.ott["orderId"] == "1042"
        assert created.pushed is True

    def test_is_verified_offline_with_the_secret(self, clients, xapp, stage):
        ott = stage.alice.launches(xapp["xapp_id"], {})
        jwt = clients.make(stage.platform.url, xapp["api_key"], xapp["api_secret"]).xapp.authorize(ott).jwt

        claims = clients.make("https://nobody.example", xapp["api_key"], xapp["api_secret"]).verify_token(jwt)

        assert (claims.account, claims.expires_at) == (stage.alice.account, claims.raw["iat"] + DAY_S)

    def test_is_told_by_its_back_end_as_well_but_once(self, clients, xapp, stage):
        back_end = clients.make(stage.platform.url, xapp["api_key"], xapp["api_secret"])
        ott = stage.alice.launches(xapp["xapp_id"], {})

        assert back_end.xapp.resolve(ott)["account"] == stage.alice.account
        with pytest.raises(Refused) as spent:
            back_end.xapp.resolve(ott)
        assert spent.value.code == 410

    def test_tells_its_users_something(self, clients, xapp, stage):
        back_end = clients.make(stage.platform.url, xapp["api_key"], xapp["api_secret"])
        signed = back_end.payloads.create(SIGN_IN)
        stage.alice.signs(signed.uuid)
        user_token = back_end.payloads.get(signed.uuid).application.issued_user_token

        event = back_end.push.event(
            "Your parcel is ready", user_token=user_token, subtitle="Order 1042", data={"order": 1042}
        )
        told = back_end.push.notification("It waits", user_token=user_token)

        assert (event.pushed, told.pushed) == (True, True)
        assert back_end.payloads.get(event.uuid).meta.is_xapp is True
        assert back_end.payloads.cancel(event.uuid).result.cancelled is True

    def test_needs_both_key_and_token(self, clients, stage):
        with pytest.raises(Misconfigured):
            clients.make(stage.platform.url).xapp.authorize()


class TestLookUps:
    def test_tell_what_the_server_knows(self, app, stage):
        assert app.lookups.rails()["MAINNET"].native_asset == "XRP"
        assert app.lookups.kyc_status(stage.alice.account) == "NONE"
        assert app.lookups.account_meta(stage.alice.account).account == stage.alice.account
        assert app.lookups.curated_assets().issuers == []
        assert app.lookups.hook_hashes() == {}

    def test_refuse_what_is_not_there(self, app):
        with pytest.raises(NotFound) as nothing:
            app.payloads.get("d8008431-f096-44d7-931e-477bafc05db3")

        assert nothing.value.reference


class TestActivity:
    def test_shows_calls_a_page_at_a_time(self, app, stage, monkeypatch):
        monkeypatch.setattr("sealgate_client.activity.PAGE", 2)
        for _ in range(3):
            app.ping()

        calls = list(app.activity.calls())

        assert len([call for call in calls if call.route == "/api/v1/platform/ping"]) >= 3
        assert len({call.number for call in calls}) == len(calls)
        assert app.activity.call(calls[0].reference).reference == calls[0].reference

    def test_has_deliveries_to_look_at_and_to_send_again(self, clients, stage):
        with Receiver() as receiver:
            made = registers(stage, webhook_url=receiver.url)
            app = clients.make(stage.platform.url, made["api_key"], made["api_secret"])
            stage.alice.signs(app.payloads.create(SIGN_IN).uuid)
            delivery = self.delivered(app)
            app.activity.resend(delivery.id)
            receiver.wait_for(lambda calls: len(calls) == 2)

        assert app.activity.delivery(delivery.id).attempts[0].number == 1
        assert app.activity.resend_many(kind="payload.expired") == 0

    def delivered(self, app):
        """Wait until the server has noted that the receiver took a delivery."""
        until = time.monotonic() + LIMIT_S
        while not (found := list(app.activity.deliveries(kind="payload.resolved", state="delivered"))):
            assert time.monotonic() < until
            time.sleep(0.05)
        return found[0]

    def test_follows_events_from_the_one_that_is_known(self, app, stage):
        created = app.payloads.create(SIGN_IN)
        stage.alice.declines(created.uuid)

        for event in app.activity.events(after=0):
            if (event.type, event.payload_uuid) == ("payload.rejected", created.uuid):
                break

        assert event.number is not None
        assert event.data.payload_uuid == created.uuid
