"""Which addresses sign-in and sign-out may return to."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.apps.errors import AppInvalid
from sealgate.apps.model import Redirect, effective_redirects
from sealgate.apps.redirects import checked_post_logout_uris, checked_redirects


class TestCheckedRedirects:
    def test_are_kept_as_given_in_order_and_once(self):
        uris = ["https://Shop.example/Login?a=b", "com.example.shop:/cb", "https://Shop.example/Login?a=b"]

        assert checked_redirects(uris) == tuple(map(Redirect, uris[:2]))

    @pytest.mark.parametrize("uri", ["http://localhost:3000/cb", "http://127.0.0.1/cb", "http://[::1]:9/"])
    def test_on_loopback_http_match_with_any_port(self, uri):
        assert checked_redirects([uri]) == checked_redirects([Redirect(uri)]) == (Redirect(uri, "loopback"),)

    @pytest.mark.parametrize(
        "redirect",
        [Redirect("https://app.example", "origin"), Redirect("https://app.example/shop/", "origin"),
         Redirect("http://localhost:5173", "origin"), Redirect("https://*.preview.example.com/cb", "wildcard"),
         Redirect("myapp://signin"), Redirect("https://app.example/a..b/...c")],
    )  # fmt: skip
    def test_may_say_how_they_match(self, redirect):
        assert checked_redirects([redirect]) == (redirect,)

    @pytest.mark.parametrize(
        "uri",
        ["https://shop.example/cb#x", "https://shop.example/cb#", "https://*.shop.example/", "http://shop.example/",
         "javascript:alert(1)", "data:text/html,x", "https:/cb", "/cb", "", "https://u@shop.example/", "intent://x/",
         "chrome-extension://abc/", "ws://shop.example/", "http://app.localhost/", "http://127.0.0.1.evil.example/",
         "https://shop.example/a/../b", "https://shop.example/%2E%2e/b", "https://shop.example/./b",
         "https://shop.example/a%5Cb", "https://shop.example/%00", "https://shop.example\\x", "https://shop.example:0x1/",
         "https://shop.example/" + "a" * 2000],
    )  # fmt: skip
    def test_refuses_what_a_sign_in_must_not_return_to(self, uri):
        with pytest.raises(AppInvalid) as refusal:
            checked_redirects(["https://shop.example/", uri])

        assert refusal.value.pointer == "/redirect_uris/1"

    @pytest.mark.parametrize(
        "redirect",
        [Redirect("https://app.example/?a=b", "origin"), Redirect("myapp://signin", "origin"),
         Redirect("https://app.example/", "wildcard"), Redirect("https://*.com/", "wildcard"),
         Redirect("https://*.*.example.com/", "wildcard"), Redirect("http://*.example.com/", "wildcard"),
         Redirect("https://a*.example.com/", "wildcard"), Redirect("https://a.*.example.com/", "wildcard"),
         Redirect("https://app.example/cb", "loopback")],
    )  # fmt: skip
    def test_refuses_a_match_that_the_address_cannot_have(self, redirect):
        with pytest.raises(AppInvalid):
            checked_redirects([redirect])

    def test_are_bounded(self):
        with pytest.raises(AppInvalid):
            checked_redirects([f"https://shop.example/{number}" for number in range(65)])

    @given(st.lists(st.text(max_size=40), max_size=3))
    def test_hostile_text_is_refused_and_nothing_worse(self, uris):
        with suppress(AppInvalid):
            assert {redirect.uri for redirect in checked_redirects(uris)} == set(uris)


class TestCheckedPostLogoutUris:
    def test_are_kept_as_given_and_once(self):
        assert checked_post_logout_uris(["https://a.example/bye", "https://a.example/bye"]) == (
            "https://a.example/bye",
        )

    def test_are_refused_like_those_of_a_sign_in(self):
        with pytest.raises(AppInvalid) as refusal:
            checked_post_logout_uris(["http://a.example/"])

        assert refusal.value.pointer == "/post_logout_redirect_uris/0"


class TestEffectiveRedirects:
    REGISTERED = (Redirect("https://a.example/x?y=1"), Redirect("http://localhost:1/", "loopback"), Redirect("a.b:/c"))

    @pytest.mark.parametrize("type", ["web", "native"])
    def test_are_those_registered(self, type):
        assert effective_redirects(type, self.REGISTERED) == self.REGISTERED

    def test_count_by_their_origin_too_for_a_browser_app(self):
        effective = effective_redirects("browser", self.REGISTERED)

        assert effective == (
            *self.REGISTERED,
            Redirect("https://a.example/x", "origin"),
            Redirect("http://localhost:1/", "origin"),
        )
        assert effective_redirects("browser", effective) == effective
