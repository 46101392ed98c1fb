"""What the pages of a sign-in are made of: tokens, targets, results that stay inside their element."""

import msgspec
import pytest

from sealgate.oauth.errors import RedirectRefused
from sealgate.oauth.pages import csrf_token, error_page, form_post_page, is_csrf_token, popup_page, scope_lines
from sealgate.oauth.pages.targets import form_action, origin_of

COOKIE = "c" * 43


class TestToken:
    def test_is_good_for_its_browser_and_its_purpose(self):
        assert is_csrf_token(csrf_token(COOKIE, "logout"), COOKIE, "logout")

    @pytest.mark.parametrize(
        ("token", "cookie", "purpose"),
        [
            (csrf_token(COOKIE, "logout"), "d" * 43, "logout"),
            (csrf_token(COOKIE, "logout"), COOKIE, "continue"),
            (csrf_token(COOKIE, "logout"), None, "logout"),
            (csrf_token("", "logout"), "", "logout"),
            ("", COOKIE, "logout"),
            (None, COOKIE, "logout"),
            ("é", COOKIE, "logout"),
        ],
    )
    def test_is_none_anywhere_else(self, token, cookie, purpose):
        assert not is_csrf_token(token, cookie, purpose)


class TestFormAction:
    @pytest.mark.parametrize(
        ("uri", "allowed"),
        [
            (None, "'self'"),
            ("https://shop.example/cb?x=1", "'self' https://shop.example"),
            ("https://shop.example:443/cb", "'self' https://shop.example"),
            ("http://localhost:3000/cb", "'self' http://localhost:3000"),
            ("http://[::1]:3000/cb", "'self' http:"),
            ("com.example.app:/cb", "'self' com.example.app:"),
            ("myapp://signin", "'self' myapp:"),
        ],
    )
    def test_names_where_the_form_may_end(self, uri, allowed):
        assert form_action(uri) == allowed

    def test_an_origin_has_no_path_and_no_usual_port(self):
        assert origin_of("http://[::1]:3000/cb") == "http://[::1]:3000"
        assert origin_of("https://Shop.example:443/cb") == "https://shop.example"


class TestPopup:
    def page(self, state: str):
        return popup_page(
            "resolved", redirect_uri="https://shop.example/", full_redirect_uri="https://shop.example/?code=c",
            target_origin="https://shop.example", values={"code": "c", "state": state},
        )  # fmt: skip

    @pytest.mark.parametrize("state", ["</script>", "<!--<script>", "\u2028\u2029", "'\"&", "\\"])
    def test_the_result_cannot_end_its_element(self, state):
        result = self.page(state).values["result"]

        assert not set("<>&\u2028\u2029") & set(result)
        message = msgspec.json.decode(msgspec.json.decode(result)["message"])
        assert message["options"]["state"] == state

    def test_the_target_is_the_registered_origin(self):
        assert msgspec.json.decode(self.page("s").values["result"])["target"] == "https://shop.example"


def test_the_form_may_go_to_the_app_alone():
    page = form_post_page(redirect_uri="https://shop.example/cb", parameters={"code": "c"})

    assert page.csp == {"form-action": "'self' https://shop.example"}


def test_a_refused_address_is_shown_bounded_and_in_one_line():
    page = error_page(RedirectRefused(), reference="r", register="https://x.example/\u202e\n" + "y" * 9000)

    assert page.status == 400
    assert len(page.values["register"]) == 2048
    assert page.values["register"].isprintable()


def test_scopes_nobody_knows_give_nothing():
    assert scope_lines(["openid", "XummPkce", "wallet:read"]) == scope_lines([])
    assert len(scope_lines(["profile", "email", "offline_access"])) == len(scope_lines([])) + 3
