"""The grants of the token endpoint: what is traded once is traded once, on both engines."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sealgate.base.ids import hash_secret, new_token, new_uuid
from sealgate.base.settings import Settings
from sealgate.oauth import store
from sealgate.oauth.errors import (
    AccessDenied,
    AuthorizationPending,
    ExpiredToken,
    InvalidClient,
    InvalidGrant,
    InvalidRequest,
    InvalidScope,
    SlowDown,
)
from sealgate.oauth.grants import code, device, refresh
from sealgate.oauth.grants.issue import Issue
from sealgate.oauth.model import AuthorizationRequest, DeviceRequest
from sealgate.oauth.pkce import challenge_of
from sealgate.tokens import deny_list, service
from tests.conftest import NOON
from tests.grants import ALICE, CALLBACK, SETTINGS, a_grant, an_app, asked, keep

VERIFIER = "v" * 64
CHALLENGE = challenge_of(VERIFIER)
APP = an_app()
AT_HOME = an_app(public_pkce=True)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def is_revoked(tx, issue: Issue) -> bool:
    return deny_list.standing_of(tx, issue.access_claims["jti"], APP.uuid, None, now=NOON).revoked


def redeem(tx, text, app=APP, **params) -> Issue:
    """Trade a code, and expect that it works."""
    sent: dict[str, Any] = {"code": text, "redirect_uri": CALLBACK, **params}
    issue = code.redeem(tx, asked(app, **sent))
    assert isinstance(issue, Issue), issue
    return issue


class TestACode:
    def test_is_traded_for_a_token(self, tx):
        grant = a_grant(APP.uuid, scope="somescope")

        issue = redeem(tx, keep(tx, grant))

        assert issue.access_claims["sub"] == ALICE
        assert issue.access_claims["payload_uuidv4"] == grant.payload_uuid
        assert issue.id_claims is None
        assert issue.refresh_token is None

    def test_brings_an_id_token_where_openid_is_asked_for(self, tx):
        issue = redeem(tx, keep(tx, a_grant(APP.uuid, scope="openid profile", nonce="n")))

        assert issue.id_claims is not None
        assert issue.id_claims["nonce"] == "n"

    @pytest.mark.parametrize("name", ["code", "authorization_code"])
    def test_may_be_sent_under_both_names(self, tx, name):
        text = keep(tx, a_grant(APP.uuid))

        sent: dict[str, Any] = {name: text, "redirect_uri": CALLBACK}
        issue = code.redeem(tx, asked(APP, **sent))

        assert isinstance(issue, Issue)

    def test_ends_what_it_bought_when_it_comes_again(self, tx):
        grant = a_grant(APP.uuid, scope="openid offline_access")
        text = keep(tx, grant)
        bought = redeem(tx, text)
        assert not is_revoked(tx, bought)

        again = code.redeem(tx, asked(APP, code=text, redirect_uri=CALLBACK, now=NOON + seconds(30)))

        assert isinstance(again, InvalidGrant)
        assert is_revoked(tx, bought)
        with pytest.raises(InvalidGrant):
            refresh.redeem(tx, asked(APP, refresh_token=bought.refresh_token or ""))

    def test_ends_nothing_when_another_app_sends_it(self, tx):
        text = keep(tx, a_grant(APP.uuid))
        bought = redeem(tx, text)

        with pytest.raises(InvalidGrant):
            code.redeem(tx, asked(an_app(), code=text, redirect_uri=CALLBACK))

        assert not is_revoked(tx, bought)

    def test_is_refused_at_the_second_it_expires(self, tx):
        text = keep(tx, a_grant(APP.uuid))

        with pytest.raises(InvalidGrant, match="expired"):
            code.redeem(tx, asked(APP, code=text, redirect_uri=CALLBACK, now=NOON + seconds(60)))

        assert isinstance(redeem(tx, text), Issue)

    @pytest.mark.parametrize("text", ["", "x", "y" * 5000])
    def test_must_be_known(self, tx, text):
        with pytest.raises(InvalidGrant):
            code.redeem(tx, asked(APP, code=text, redirect_uri=CALLBACK))

    def test_must_be_there(self, tx):
        with pytest.raises(InvalidRequest):
            code.redeem(tx, asked(APP, redirect_uri=CALLBACK))


class TestTheRedirectUriOfACode:
    @pytest.mark.parametrize("other", [f"{CALLBACK}/", f"{CALLBACK}?x=1", "https://evil.example/cb", ""])
    def test_must_be_the_same(self, tx, other):
        text = keep(tx, a_grant(APP.uuid))

        with pytest.raises((InvalidGrant, InvalidRequest)):
            code.redeem(tx, asked(APP, code=text, redirect_uri=other))

    def test_must_be_there(self, tx):
        text = keep(tx, a_grant(APP.uuid))

        with pytest.raises(InvalidRequest):
            code.redeem(tx, asked(APP, code=text))

    def test_may_be_left_out_with_a_verifier(self, tx):
        text = keep(tx, a_grant(APP.uuid, challenge=CHALLENGE))

        assert isinstance(code.redeem(tx, asked(APP, code=text, code_verifier=VERIFIER)), Issue)

    @pytest.mark.parametrize(
        ("sent", "fits"),
        [
            (f"{CALLBACK}?authorization_code=a&code=a&state=s", True),
            (f"{CALLBACK}/#part", True),
            ("https://shop.example/other", False),
            ("https://shop.example.evil.example/cb", False),
            ("https://shop.example:8443/cb", False),
            ("::", False),
        ],
    )
    def test_of_the_browser_sdk_counts_by_origin_and_path(self, tx, sent, fits):
        text = keep(tx, a_grant(AT_HOME.uuid, challenge=CHALLENGE, scope="XummPkce", popup=True))
        call = asked(AT_HOME, secret=False, code=text, redirect_uri=sent, code_verifier=VERIFIER)

        if fits:
            assert isinstance(code.redeem(tx, call), Issue)
        else:
            with pytest.raises(InvalidGrant, match="Redirect"):
                code.redeem(tx, call)


class TestWhoMayRedeem:
    """One row for each line of oauth2 B6, "Who may redeem"."""

    @pytest.mark.parametrize(
        ("app", "challenge", "secret", "verifier", "refusal"),
        [
            (APP, None, True, None, None),
            (APP, None, True, VERIFIER, InvalidGrant),
            (APP, None, False, None, InvalidClient),
            (APP, None, False, VERIFIER, InvalidClient),
            (APP, CHALLENGE, True, VERIFIER, None),
            (APP, CHALLENGE, True, None, InvalidGrant),
            (APP, CHALLENGE, True, "w" * 64, InvalidGrant),
            (APP, CHALLENGE, False, VERIFIER, InvalidClient),
            (AT_HOME, CHALLENGE, False, VERIFIER, None),
            (AT_HOME, CHALLENGE, True, VERIFIER, None),
            (AT_HOME, CHALLENGE, False, None, InvalidGrant),
            (AT_HOME, CHALLENGE, False, "w" * 64, InvalidGrant),
            (AT_HOME, CHALLENGE, False, CHALLENGE, InvalidGrant),
            (AT_HOME, None, False, None, InvalidClient),
            (AT_HOME, None, True, VERIFIER, InvalidGrant),
        ],
    )
    def test_is_who_asked_for_the_code(self, tx, app, challenge, secret, verifier, refusal):
        text = keep(tx, a_grant(app.uuid, challenge=challenge))
        params = {"code": text, "redirect_uri": CALLBACK} | ({"code_verifier": verifier} if verifier else {})

        if refusal is None:
            assert isinstance(code.redeem(tx, asked(app, secret=secret, **params)), Issue)
        else:
            with pytest.raises(refusal):
                code.redeem(tx, asked(app, secret=secret, **params))


class TestRefreshing:
    @pytest.fixture
    def bought(self, tx) -> str:
        """A refresh token, just issued."""
        issue = redeem(tx, keep(tx, a_grant(APP.uuid, scope="openid profile offline_access", nonce="n")))
        assert issue.refresh_token is not None
        return issue.refresh_token

    def trade(self, tx, text, app=APP, **how) -> Issue:
        issue = refresh.redeem(tx, asked(app, refresh_token=text, **how))
        assert isinstance(issue, Issue), issue
        return issue

    def refused(self, tx, text, **how) -> None:
        """Expect a refusal, whether it changes something or not."""
        try:
            outcome = refresh.redeem(tx, asked(APP, refresh_token=text, **how))
        except InvalidGrant:
            return
        assert isinstance(outcome, InvalidGrant), outcome

    def test_gives_new_tokens_of_the_same_sign_in(self, tx, bought):
        issue = self.trade(tx, bought, now=NOON + timedelta(hours=5))

        assert issue.refresh_token not in {None, bought}
        assert issue.id_claims is not None
        assert "nonce" not in issue.id_claims
        assert issue.id_claims["auth_time"] == issue.access_claims["auth_time"] < issue.id_claims["iat"]
        assert issue.scope == "openid profile offline_access"

    def test_goes_on_and_on(self, tx, bought):
        for day in range(1, 5):
            following = self.trade(tx, bought, now=NOON + timedelta(days=20 * day)).refresh_token
            assert following is not None
            bought = following

        self.refused(tx, bought, now=NOON + timedelta(days=90))

    def test_works_once_more_for_ten_seconds(self, tx, bought):
        first = self.trade(tx, bought)

        second = self.trade(tx, bought, now=NOON + seconds(9))

        assert first.refresh_token != second.refresh_token
        assert not is_revoked(tx, first)

    def test_ends_the_family_when_the_old_token_comes_a_third_time(self, tx, bought):
        first = self.trade(tx, bought)
        second = self.trade(tx, bought, now=NOON + seconds(1))

        self.refused(tx, bought, now=NOON + seconds(2))

        assert is_revoked(tx, first)
        assert is_revoked(tx, second)
        self.refused(tx, first.refresh_token, now=NOON + seconds(3))
        self.refused(tx, second.refresh_token, now=NOON + seconds(3))

    def test_ends_the_family_when_the_old_token_comes_after_ten_seconds(self, tx, bought):
        first = self.trade(tx, bought)

        self.refused(tx, bought, now=NOON + seconds(11))

        assert is_revoked(tx, first)
        self.refused(tx, first.refresh_token, now=NOON + seconds(12))

    def test_ends_after_thirty_idle_days(self, tx, bought):
        self.refused(tx, bought, now=NOON + timedelta(days=30))

        self.trade(tx, bought, now=NOON + timedelta(days=30) - seconds(1))

    def test_ends_as_the_operator_says(self, tx, bought):
        short = Settings(public_url=SETTINGS.public_url, refresh_idle_days=2)

        def trade(text, *, now):
            call = replace(asked(APP, refresh_token=text, now=now), settings=short)
            issue = refresh.redeem(tx, call)
            assert isinstance(issue, Issue), issue
            return issue.refresh_token

        following = trade(bought, now=NOON + timedelta(days=1))

        self.refused(tx, following, now=NOON + timedelta(days=3))
        assert trade(following, now=NOON + timedelta(days=3) - seconds(1))

    def test_may_narrow_the_scope_for_one_token(self, tx, bought):
        narrow = self.trade(tx, bought, scope="openid")
        assert narrow.scope == "openid"

        wide = self.trade(tx, narrow.refresh_token)

        assert wide.scope == "openid profile offline_access"

    @pytest.mark.parametrize("scope", ["openid email", "admin"])
    def test_may_not_widen_the_scope(self, tx, bought, scope):
        with pytest.raises(InvalidScope):
            refresh.redeem(tx, asked(APP, refresh_token=bought, scope=scope))

        self.trade(tx, bought)

    def test_is_not_for_another_app(self, tx, bought):
        with pytest.raises(InvalidGrant):
            refresh.redeem(tx, asked(an_app(), refresh_token=bought))

        self.trade(tx, bought)

    def test_needs_the_secret_where_codes_do(self, tx, bought):
        with pytest.raises(InvalidClient):
            refresh.redeem(tx, asked(APP, secret=False, refresh_token=bought))

    def test_ends_when_the_person_takes_the_permission_back(self, tx):
        holder = new_uuid()
        permission = service.issue_or_extend(tx, APP.uuid, holder, now=NOON, days=30)
        grant = a_grant(APP.uuid, scope="openid offline_access", user_token=permission.token, holder_uuid=holder)
        bought = redeem(tx, keep(tx, grant)).refresh_token
        later = self.trade(tx, bought, now=NOON + timedelta(days=29)).refresh_token
        # The permission has run out by then, which says nothing about the person's will.
        last = self.trade(tx, later, now=NOON + timedelta(days=31))
        service.issue_or_extend(tx, APP.uuid, holder, now=NOON + timedelta(days=31), days=30)

        service.revoke(tx, APP.uuid, holder, NOON + timedelta(days=31))

        self.refused(tx, last.refresh_token, now=NOON + timedelta(days=31, hours=1))
        assert is_revoked(tx, last)

    @pytest.mark.parametrize(
        ("app", "grant"),
        [
            (an_app(grant_types=("authorization_code",)), {"scope": "openid offline_access"}),
            (APP, {"scope": "openid"}),
            (APP, {"scope": "offline_access", "popup": True}),
        ],
        ids=["the app may not", "not asked for", "the browser SDK"],
    )
    def test_is_offered_only_where_asked_for_and_allowed(self, tx, app, grant):
        issue = redeem(tx, keep(tx, a_grant(app.uuid, **grant)), app)

        assert issue.refresh_token is None


class TestADevice:
    @pytest.fixture
    def device_code(self, tx) -> str:
        """The code of a device that waits."""
        text = new_token()
        waiting = DeviceRequest(
            hash=hash_secret(text),
            user_code_hash=hash_secret(new_token()),
            app_uuid=AT_HOME.uuid,
            request=AuthorizationRequest(app_uuid=AT_HOME.uuid, scope="openid"),
            created_at=NOON,
            expires_at=NOON + seconds(600),
        )
        assert store.insert_device_request(tx, waiting)
        return text

    def poll(self, tx, text, at_s, app=AT_HOME):
        return device.redeem(tx, asked(app, secret=False, device_code=text, now=NOON + seconds(at_s)))

    def approve(self, tx, text):
        grant = a_grant(AT_HOME.uuid, scope="openid")
        store.insert_grant(tx, grant)
        assert store.approve_device(tx, hash_secret(text), grant_uuid=grant.uuid, now=NOON)

    def test_waits_and_gets_its_tokens_once(self, tx, device_code):
        assert isinstance(self.poll(tx, device_code, 5), AuthorizationPending)
        self.approve(tx, device_code)

        issue = self.poll(tx, device_code, 10)

        assert isinstance(issue, Issue)
        assert issue.access_claims["sub"] == ALICE
        with pytest.raises(InvalidGrant):
            self.poll(tx, device_code, 15)

    def test_is_slowed_down_by_five_seconds_each_time(self, tx, device_code):
        assert isinstance(self.poll(tx, device_code, 0), AuthorizationPending)

        assert isinstance(self.poll(tx, device_code, 4), SlowDown)
        assert isinstance(self.poll(tx, device_code, 13), SlowDown)
        assert isinstance(self.poll(tx, device_code, 28), AuthorizationPending)

    def test_hears_that_the_person_said_no(self, tx, device_code):
        store.deny_device(tx, hash_secret(device_code), now=NOON)

        with pytest.raises(AccessDenied):
            self.poll(tx, device_code, 5)

    def test_hears_that_its_time_is_over(self, tx, device_code):
        with pytest.raises(ExpiredToken):
            self.poll(tx, device_code, 600)

    def test_is_not_known_to_another_app(self, tx, device_code):
        with pytest.raises(InvalidGrant):
            self.poll(tx, device_code, 5, app=an_app(public_pkce=True))

    def test_needs_the_secret_where_its_app_cannot_go_without(self, tx, device_code):
        with pytest.raises(InvalidClient):
            self.poll(tx, device_code, 5, app=APP)


class TestManyAtOnce:
    @pytest.mark.anyio
    async def test_get_one_token_for_a_code_and_the_others_end_it(self, live_database):
        text = await live_database.write(keep, a_grant(APP.uuid))
        call = asked(APP, code=text, redirect_uri=CALLBACK)

        outcomes = await asyncio.gather(*(live_database.write(code.redeem, call) for _ in range(100)))

        issued = [outcome for outcome in outcomes if isinstance(outcome, Issue)]
        assert len(issued) == 1
        assert sum(isinstance(outcome, InvalidGrant) for outcome in outcomes) == 99
        assert await live_database.read(is_revoked, issued[0])

    @pytest.mark.anyio
    async def test_trades_of_a_refresh_token_leave_no_live_token_behind(self, live_database):
        text = await live_database.write(keep, a_grant(APP.uuid, scope="openid offline_access"))
        first = await live_database.write(redeem, text)

        async def trade():
            try:
                return await live_database.write(refresh.redeem, asked(APP, refresh_token=first.refresh_token))
            except InvalidGrant as refusal:
                return refusal

        outcomes = await asyncio.gather(*(trade() for _ in range(100)))

        issued = [outcome for outcome in outcomes if isinstance(outcome, Issue)]
        assert len(issued) == 2
        for issue in (first, *issued):
            assert await live_database.read(is_revoked, issue)

    @pytest.mark.anyio
    async def test_polls_of_a_device_give_one_token(self, live_database):
        text, grant = new_token(), a_grant(AT_HOME.uuid)
        waiting = DeviceRequest(
            hash=hash_secret(text),
            user_code_hash=hash_secret(new_token()),
            app_uuid=AT_HOME.uuid,
            request=AuthorizationRequest(app_uuid=AT_HOME.uuid),
            created_at=NOON,
            expires_at=NOON + seconds(600),
            grant_uuid=grant.uuid,
        )

        def furnish(tx):
            store.insert_grant(tx, grant)
            store.insert_device_request(tx, waiting)

        await live_database.write(furnish)

        async def poll():
            try:
                return await live_database.write(device.redeem, asked(AT_HOME, secret=False, device_code=text))
            except InvalidGrant as refusal:
                return refusal

        outcomes = await asyncio.gather(*(poll() for _ in range(100)))

        assert sum(isinstance(outcome, Issue) for outcome in outcomes) == 1
