"""Who is at the other end."""

import pytest

from sealgate.base.settings import Settings, SettingsInvalid
from sealgate.web.proxies import client_ip
from tests.unit.web.tiny import make_app

PROXIES = ("10.0.0.0/8", "::1", "192.0.2.7")


class TestClientIp:
    @pytest.mark.parametrize(
        ("peer", "forwarded", "trusted", "address"),
        [
            ("203.0.113.9", "198.51.100.1", (), "203.0.113.9"),
            ("203.0.113.9", "198.51.100.1", PROXIES, "203.0.113.9"),
            ("10.1.2.3", "198.51.100.1", PROXIES, "198.51.100.1"),
            ("10.1.2.3", "6.6.6.6, 198.51.100.1", PROXIES, "198.51.100.1"),
            ("10.1.2.3", "6.6.6.6, 198.51.100.1, 192.0.2.7", PROXIES, "198.51.100.1"),
            ("::1", "2001:db8::1", PROXIES, "2001:db8::1"),
            ("10.1.2.3", "", PROXIES, "10.1.2.3"),
            ("10.1.2.3", "<script>", PROXIES, "10.1.2.3"),
            ("10.1.2.3", "10.9.9.9", PROXIES, "10.9.9.9"),
            ("unix:", "198.51.100.1", PROXIES, "unix:"),
        ],
    )
    def test_believes_only_what_trusted_proxies_saw(self, peer, forwarded, trusted, address):
        headers = {"x-forwarded-for": forwarded} if forwarded else {}

        assert client_ip({"client": (peer, 1)}, headers, trusted) == address

    def test_is_empty_where_the_server_does_not_know_the_peer(self):
        assert client_ip({"client": None}, {}, PROXIES) == ""


def test_a_proxy_that_is_no_address_stops_the_start(tmp_path):
    with pytest.raises(SettingsInvalid, match="trusted_proxies"):
        make_app(Settings(data_dir=str(tmp_path), trusted_proxies=("my-proxy",)))
