"""What a developer reads about the page that sent a secret."""

import pytest

from sealgate.access.exposed_secrets import origin_host


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("https://shop.example", "shop.example"),
        ("https://shop.example:8443", "shop.example"),
        ("http://[::1]:3000", "::1"),
        ("null", "unknown"),
        ("", "unknown"),
        ("https://[", "unknown"),
        ("https://a\x00b.example", "unknown"),
        ("https://" + "a" * 1000, "a" * 255),
    ],
    ids=ascii,
)
def test_the_host_is_readable_and_bounded(origin, host):
    assert origin_host(origin) == host
