import pytest

from sealgate.base.settings import Settings
from sealgate.oauth.cookies import binding_cookie, end_of_session_cookie, read_binding, read_session, session_cookie

SECRET = "s" * 43
SECURE = Settings(public_url="https://sign.example")


class TestCookies:
    @pytest.mark.parametrize(
        ("settings", "is_secure"),
        [
            (SECURE, True),
            (Settings(public_url="http://localhost:8080", dev=True), True),
            (Settings(public_url="http://127.0.0.1:8080", dev=True), True),
            (Settings(public_url="http://lab.lan:8080"), True),
            (Settings(public_url="http://lab.lan:8080", dev=True), False),
        ],
    )
    def test_are_for_secure_transport_but_in_a_sandbox_with_a_plain_name(self, settings, is_secure):
        cookie = binding_cookie(settings, SECRET)

        assert cookie.startswith("__Host-op_txn=" if is_secure else "op_txn=")
        assert ("; Secure" in cookie) is is_secure
        assert "; HttpOnly" in cookie
        assert "; SameSite=Lax" in cookie

    def test_come_back_under_their_own_names(self):
        sent = {"__Host-op_txn": SECRET, "__Host-op_sid": "t" * 43}

        assert read_binding(sent, SECURE) == SECRET
        assert read_session(sent, SECURE) == "t" * 43

    @pytest.mark.parametrize("value", ["", "short", "s" * 44, "s" * 42 + "\n", "ä" * 43])
    def test_that_are_not_ours_count_as_none(self, value):
        assert read_binding({"__Host-op_txn": value}, SECURE) is None

    def test_without_the_prefix_are_not_believed_where_it_is_used(self):
        assert read_binding({"op_txn": SECRET}, SECURE) is None

    def test_of_a_session_last_as_long_as_the_browser(self):
        assert "Max-Age" not in session_cookie(SECURE, SECRET)
        assert "Max-Age=600" in binding_cookie(SECURE, SECRET)
        assert "Max-Age=0" in end_of_session_cookie(SECURE)
