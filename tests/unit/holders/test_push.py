"""What a wallet may hand in as the place where it is woken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey

from sealgate.holders.errors import SubscriptionInvalid
from sealgate.holders.push import check_subscription
from sealgate.holders.thumbprint import to_base64url
from sealgate.tokens.vapid_key import VapidKey

ENDPOINT = "https://push.example/send/abc"
POINT = VapidKey(ECKey.generate_key("P-256")).application_server_key
AUTH = to_base64url(bytes(16))


def on_no_curve(point: str) -> str:
    """Return a point's text with another y."""
    return point[:-6] + ("AAAAAA" if point[-6:] != "AAAAAA" else "BBBBBA")


def pointer_of(*tried: str) -> str | None:
    """Return where a subscription is refused, None where it is taken."""
    try:
        check_subscription(*tried)
    except SubscriptionInvalid as refusal:
        return refusal.pointer
    return None


class TestCheckSubscription:
    def test_takes_what_a_browser_gives(self):
        taken = check_subscription(ENDPOINT, POINT, AUTH)

        assert (taken.endpoint, len(taken.p256dh), taken.p256dh[0], taken.auth) == (ENDPOINT, 65, 4, bytes(16))

    @pytest.mark.parametrize(
        "point",
        ["", "AAAA", POINT + "=", POINT + "A", POINT[:-1], on_no_curve(POINT), to_base64url(b"\x02" + bytes(32)), "é"],
        ids=["nothing", "three bytes", "padded", "too long", "too short", "on no curve", "compressed", "no ASCII"],
    )
    def test_refuses_a_key_that_is_no_point_of_the_curve(self, point):
        with pytest.raises(SubscriptionInvalid) as refusal:
            check_subscription(ENDPOINT, point, AUTH)

        assert refusal.value.pointer == "/keys/p256dh"

    @pytest.mark.parametrize("auth", ["", "AAAA", to_base64url(bytes(15)), to_base64url(bytes(17)), AUTH + "=="])
    def test_refuses_a_secret_of_another_length(self, auth):
        with pytest.raises(SubscriptionInvalid) as refusal:
            check_subscription(ENDPOINT, POINT, auth)

        assert refusal.value.pointer == "/keys/auth"

    @pytest.mark.parametrize(
        "endpoint", ["https://push.example/\n", "https://push.example/a b", "https://é", "x" * 2049]
    )
    def test_refuses_an_endpoint_that_no_url_looks_like(self, endpoint):
        with pytest.raises(SubscriptionInvalid) as refusal:
            check_subscription(endpoint, POINT, AUTH)

        assert refusal.value.pointer == "/endpoint"

    @given(endpoint=st.text(max_size=40), point=st.text(max_size=100), auth=st.text(max_size=40))
    def test_takes_it_or_says_why_not(self, endpoint, point, auth):
        for tried in ((endpoint, POINT, AUTH), (ENDPOINT, point, AUTH), (ENDPOINT, POINT, auth)):
            assert pointer_of(*tried) != ""
