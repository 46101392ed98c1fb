"""Which names, addresses and identifiers an app may have."""

import pytest

from sealgate.apps.checks import (
    checked_description,
    checked_grant_types,
    checked_name,
    checked_networks,
    checked_url,
    checked_xapp_id,
    is_loopback,
)
from sealgate.apps.errors import AppInvalid
from sealgate.apps.model import GRANT_TYPES


class TestNames:
    @pytest.mark.parametrize("name", ["abc", "x" * 60, "  Corner Shop ", "Café 株"])
    def test_three_to_sixty_printable_characters_pass_without_outer_spaces(self, name):
        assert checked_name(name) == name.strip()

    @pytest.mark.parametrize("name", ["", "ab", " ab ", "x" * 61, "a\nbc", "a\x00bc", "a\u202ebc"])
    def test_refuses_too_short_too_long_and_what_people_cannot_read(self, name):
        with pytest.raises(AppInvalid) as refusal:
            checked_name(name)

        assert refusal.value.pointer == "/name"


class TestDescriptions:
    @pytest.mark.parametrize(("given", "kept"), [(None, None), ("", None), (" ", None), (" ten chars. ", "ten chars.")])
    def test_may_be_left_out(self, given, kept):
        assert checked_description(given) == kept

    @pytest.mark.parametrize("description", ["too short", "x" * 451, "bell \x07 rings here"])
    def test_refuses_what_does_not_fit(self, description):
        with pytest.raises(AppInvalid):
            checked_description(description)


class TestUrls:
    @pytest.mark.parametrize(
        "url", ["https://shop.example/hook", "https://shop.example:8443/a?b=c", "https://[2001:db8::1]/"]
    )
    def test_https_passes_as_it_was_given(self, url):
        assert checked_url("webhook_url", url, dev=False) == url

    @pytest.mark.parametrize("url", [None, ""])
    def test_may_be_left_out(self, url):
        assert checked_url("webhook_url", url, dev=False) is None

    @pytest.mark.parametrize("url", ["http://localhost:3000/hook", "http://127.0.0.1/", "http://[::1]:1/"])
    def test_loopback_passes_in_the_sandbox_only(self, url):
        assert checked_url("webhook_url", url, dev=True) == url
        with pytest.raises(AppInvalid):
            checked_url("webhook_url", url, dev=False)

    @pytest.mark.parametrize(
        "url",
        ["http://shop.example/", "shop.example/hook", "/hook", "https://", "https:///hook", "https://u:p@shop.example/",
         "https://shop.example/a b", "https://shop.example\\@evil.example/", "https://shop.example:99999/",
         "https://[::1/", "https://shöp.example/", "ftp://shop.example/", "javascript:alert(1)", "//shop.example/",
         "https://shop.example/" + "a" * 2000, "https://shop.example/\n"],
    )  # fmt: skip
    def test_refuses_everything_else_with_a_pointer(self, url):
        with pytest.raises(AppInvalid) as refusal:
            checked_url("webhook_url", url, dev=True)

        assert refusal.value.pointer == "/webhook_url"


class TestGrantTypes:
    def test_are_kept_once_in_one_order(self):
        asked = ["device_code", "refresh_token", "authorization_code", "refresh_token"]

        assert checked_grant_types(asked) == GRANT_TYPES
        assert checked_grant_types([]) == ()

    @pytest.mark.parametrize("grant", ["implicit", "password", "client_credentials", ""])
    def test_refuses_what_the_token_endpoint_does_not_take(self, grant):
        with pytest.raises(AppInvalid) as refusal:
            checked_grant_types(["authorization_code", grant])

        assert refusal.value.pointer == "/grant_types"
        assert refusal.value.hint


@pytest.mark.parametrize("xapp_id", ["sandbox.shop", "abc", "A-b_c.9"])
def test_xapp_identifiers_pass_in_lower_case(xapp_id):
    assert checked_xapp_id(xapp_id) == xapp_id.lower()


@pytest.mark.parametrize("xapp_id", ["ab", ".abc", "abc.", "a b", "a/b", "x" * 65, "abc\n"])
def test_other_xapp_identifiers_are_refused(xapp_id):
    with pytest.raises(AppInvalid):
        checked_xapp_id(xapp_id)


@pytest.mark.parametrize(
    ("networks", "stored"),
    [((), ()), (("TESTNET",), ("TESTNET",)), (["xahau", "mainnet", "MAINNET"], ("MAINNET", "XAHAU"))],
)
def test_networks_are_stored_by_their_keys_each_once(networks, stored):
    assert checked_networks(networks) == stored


def test_unknown_networks_are_refused_with_the_known_ones():
    with pytest.raises(AppInvalid, match="XRPL") as refusal:
        checked_networks(["MAINNET", "XRPL"])

    assert refusal.value.pointer == "/xapp_networks"
    assert "TESTNET" in refusal.value.hint


@pytest.mark.parametrize(
    ("host", "answer"),
    [("localhost", True), ("app.localhost", True), ("127.8.9.1", True), ("::1", True), ("10.0.0.1", False),
     ("localhost.example", False), ("", False), ("127.0.0.1.example", False)],
)  # fmt: skip
def test_loopback_hosts_are_told_from_others(host, answer):
    assert is_loopback(host) is answer
