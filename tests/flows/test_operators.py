"""What operators do for sign-in: apps with their options, keys with their rotation; by the command line."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.platform import SEALGATE, Platform, start_platform


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """A running `sealgate dev` with empty data."""
    started = start_platform()
    yield started
    started.stop()


def refusal(platform: Platform, *arguments: str) -> str:
    """Run a command that must be refused and return what it said."""
    done = platform.run(SEALGATE, *arguments)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stderr


def create(platform: Platform, *options: str) -> dict[str, Any]:
    return platform.sealgate("app", "create", "--name", "Corner Shop", *options)


class TestApps:
    def test_a_back_end_gets_the_strictest_defaults(self, platform):
        app = create(
            platform, "--redirect-uri", "https://shop.example/cb", "--redirect-uri", "http://localhost:3000/cb"
        )

        assert app["type"] == "web"
        assert app["redirects"] == [
            {"uri": "https://shop.example/cb", "match": "exact"},
            {"uri": "http://localhost:3000/cb", "match": "loopback"},
        ]
        assert (app["public_pkce"], app["allow_implicit"], app["require_pkce"], app["require_par"]) == (
            False, False, False, False,
        )  # fmt: skip
        assert app["grant_types"] == ["authorization_code"]
        assert (app["access_token_ttl_s"], app["id_token_alg"], app["session_sharing"]) == (
            86_400, "RS256", "same-client",
        )  # fmt: skip

    def test_a_browser_app_is_ready_for_the_published_sdk(self, platform):
        app = create(platform, "--type", "browser", "--redirect-uri", "https://shop.example/")

        assert (app["public_pkce"], app["allow_implicit"], app["require_pkce"]) == (True, True, True)
        assert app["redirects"] == [
            {"uri": "https://shop.example/", "match": "exact"},
            {"uri": "https://shop.example/", "match": "origin"},
        ]
        assert app["redirect_uris"] == ["https://shop.example/"]

    def test_a_native_app_redeems_by_pkce_and_has_no_implicit_flow(self, platform):
        app = create(platform, "--type", "native", "--redirect-uri", "com.example.shop:/cb")

        assert (app["public_pkce"], app["allow_implicit"]) == (True, False)

    def test_every_option_is_kept_and_can_be_changed_alone(self, platform):
        app = create(
            platform, "--redirect-uri", "https://shop.example/cb", "--redirect-origin", "https://shop.example/a",
            "--redirect-wildcard", "https://*.preview.example.com/cb", "--grant-type", "authorization_code",
            "--grant-type", "refresh_token", "--grant-type", "device_code", "--allow-implicit", "--public-pkce",
            "--no-require-pkce", "--require-par", "--access-token-ttl", "600", "--id-token-alg", "ES256",
            "--session-sharing", "off", "--post-logout-redirect-uri", "https://shop.example/bye",
            "--icon-url", "https://shop.example/i.png", "--homepage", "https://shop.example",
            "--support", "https://shop.example/help", "--policy", "https://shop.example/p",
            "--terms", "https://shop.example/t", "--description", "A shop at the corner",
        )  # fmt: skip

        changed = platform.sealgate(
            "app", "update", app["uuid"], "--no-allow-implicit", "--grant-type", "authorization_code", "--homepage", "",
        )  # fmt: skip

        assert [redirect["match"] for redirect in app["redirects"]] == ["exact", "origin", "wildcard"]
        assert app["grant_types"][2] == "urn:ietf:params:oauth:grant-type:device_code"
        assert (app["require_pkce"], app["require_par"], app["public_pkce"]) == (False, True, True)
        assert app["post_logout_redirect_uris"] == ["https://shop.example/bye"]
        shown = platform.sealgate("app", "show", app["uuid"])
        secrets, notices = shown.pop("secrets"), shown.pop("notices")
        assert shown == changed
        assert notices == []
        assert len(secrets) == 1
        expected = {name: value for name, value in app.items() if name != "api_secret"}
        assert shown == expected | {
            "allow_implicit": False, "grant_types": ["authorization_code"], "homepage_url": None,
        }  # fmt: skip

    def test_a_list_can_be_emptied(self, platform):
        app = create(platform, "--redirect-uri", "https://shop.example/cb")

        assert platform.sealgate("app", "update", app["uuid"], "--redirect-uri", "")["redirect_uris"] == []

    def test_people_read_what_is_set(self, platform):
        app = create(platform, "--type", "browser", "--redirect-uri", "https://shop.example/")

        shown = platform.run(SEALGATE, "app", "show", app["uuid"]).stdout

        assert "https://shop.example/ (any page of it, for the browser SDK)" in shown
        assert "allow implicit" in shown
        assert "never used" in shown

    @pytest.mark.parametrize(
        ("options", "pointer"),
        [(("--redirect-uri", "http://shop.example/"), "/redirect_uris/0"),
         (("--redirect-wildcard", "https://*.com/"), "/redirect_uris/0"),
         (("--post-logout-redirect-uri", "javascript:alert(1)"), "/post_logout_redirect_uris/0"),
         (("--grant-type", "password"), "/grant_types"),
         (("--access-token-ttl", "86401"), "/access_token_ttl_s"),
         (("--id-token-alg", "HS256"), "/id_token_alg"),
         (("--homepage", "shop.example"), "/homepage_url")],
    )  # fmt: skip
    def test_what_cannot_be_is_refused_at_its_place(self, platform, options, pointer):
        assert f"at: {pointer}" in refusal(platform, "app", "create", "--name", "Corner Shop", *options)

    def test_one_from_elsewhere_keeps_working(self, platform, tmp_path):
        entries = tmp_path / "redirects.txt"
        entries.write_text("https://shop.example/cb\nhttp://shop.example/old\n")

        done = platform.run(
            SEALGATE, "app", "import", "--name", "Corner Shop", "--redirects", str(entries), "--json"
        )  # fmt: skip

        app = json.loads(done.stdout)
        assert app["redirect_uris"] == ["https://shop.example/cb"]
        assert (app["allow_implicit"], app["public_pkce"], app["require_pkce"]) == (True, True, False)
        assert "http://shop.example/old: left out" in done.stderr

    def test_a_file_that_is_not_there_is_named(self, platform):
        assert "nowhere.txt" in refusal(platform, "app", "import", "--name", "Shop", "--redirects", "nowhere.txt")


class TestKeys:
    def certs(self, platform: Platform) -> list[dict[str, str]]:
        keys: list[dict[str, str]] = httpx.get(f"{platform.url}/certs").json()["keys"]
        return keys

    def test_are_rotated_with_overlap_and_replaced_at_once(self, platform):
        (first,) = platform.sealgate("keys", "list")["keys"]
        assert (first["state"], first["alg"], first["leaves_at"]) == ("active", "RS256", None)

        rotated = platform.sealgate("keys", "rotate")["keys"]

        assert [key["state"] for key in rotated] == ["next", "active"]
        assert rotated[1]["kid"] == first["kid"]
        assert [key["kid"] for key in self.certs(platform)] == [key["kid"] for key in rotated]
        assert "--now" in refusal(platform, "keys", "rotate")

        (fresh,) = platform.sealgate("keys", "rotate", "--now")["keys"]

        assert fresh["kid"] not in {key["kid"] for key in rotated}
        assert [key["kid"] for key in self.certs(platform)] == [fresh["kid"]]

    def test_people_read_which_one_signs(self, platform):
        shown = platform.run(SEALGATE, "keys", "list").stdout

        assert "active" in shown
        assert "RS256" in shown

    def test_are_for_operators_only(self, platform):
        answer = httpx.get(f"{platform.url}/api/v1/admin/keys")

        assert answer.status_code == 401
