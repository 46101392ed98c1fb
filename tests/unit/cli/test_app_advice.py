"""What an operator is told about an application."""

import pytest

from sealgate.cli.app_advice import about_secret, of_notices, warnings


def app(type="native", uris=(), last_used_at=None):
    """Return an app as the admin API shows it."""
    secrets = [{"id": "s1", "last_used_at": last_used_at}]
    return {"uuid": "u1", "type": type, "redirects": [{"uri": uri} for uri in uris], "secrets": secrets}


class TestTheSecret:
    def test_of_a_native_app_is_not_for_its_program(self):
        told = " ".join(about_secret(app()))

        assert "no use for the secret" in told
        assert "PKCE" in told

    @pytest.mark.parametrize("type", ["web", "browser"])
    def test_of_another_app_is_to_be_kept(self, type):
        assert "Keep the secret now" in about_secret(app(type))[0]

    @pytest.mark.parametrize("type", ["native", "browser"])
    def test_is_pointed_out_where_an_app_that_cannot_keep_one_used_it(self, type):
        (told,) = warnings(app(type, last_used_at="2026-11-22T10:00:00Z"))

        assert "2026-11-22T10:00:00Z" in told
        assert "sealgate app rotate-secret u1" in told

    def test_may_be_used_by_a_back_end(self):
        assert list(warnings(app("web", last_used_at="2026-11-22T10:00:00Z"))) == []


class TestASchemeOfItsOwn:
    def test_without_a_dot_is_pointed_out(self):
        (told,) = warnings(app(uris=["myapp://signin"]))

        assert "myapp:" in told

    @pytest.mark.parametrize("uri", ["com.example.app:/cb", "https://app.example/cb", "http://127.0.0.1/cb"])
    def test_of_a_domain_is_fine_and_so_is_the_web(self, uri):
        assert list(warnings(app(uris=[uri]))) == []


class TestNotices:
    def notice(self, number=0, kind="secret_exposed"):
        """Return a notice as the admin API shows it."""
        return {"kind": kind, "at": f"2026-11-22T10:0{number}:00Z", "message": "Seen in a browser.", "hint": "Move it."}

    def test_are_told_with_the_way_to_rotate(self):
        told, rotate = of_notices(app(), [self.notice()])

        assert told == "2026-11-22T10:00:00Z  Seen in a browser. Move it."
        assert "sealgate app rotate-secret u1" in rotate

    def test_are_the_latest_five_and_a_word_on_the_rest(self):
        *shown, more = of_notices(app(), [self.notice(number, "webhook_paused") for number in range(7)])

        assert [line[:20] for line in shown] == [f"2026-11-22T10:0{number}:00Z" for number in range(5)]
        assert more == "… and 2 more: `sealgate app show u1 --json`."

    def test_are_silent_where_there_are_none(self):
        assert list(of_notices(app(), [])) == []
