"""Which addresses the server calls for others: a corpus of hostile ways to write one that it must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.infra.errors import TargetRefused
from sealgate.infra.targets import Reach

PUBLIC = Reach()
DEV = Reach.of(dev=True, networks=())

HOSTILE_HOSTS = (
    # this machine
    "127.0.0.1",
    "127.1.2.3",
    "127.255.255.254",
    "0.0.0.0",
    "0.1.2.3",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    # neighbours
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "100.127.255.255",
    "[fc00::1]",
    "[fd12:3456:789a::1]",
    # link-local and metadata
    "169.254.169.254",
    "169.254.170.2",
    "192.0.0.192",
    "100.100.100.200",
    "168.63.129.16",
    "[fe80::1]",
    "[fe80::a9fe:a9fe]",
    "[fd00:ec2::254]",
    "[fec0::1]",
    # for documentation, benchmarks, protocols; multicast; broadcast
    "192.0.2.1",
    "198.51.100.1",
    "203.0.113.1",
    "198.18.0.1",
    "198.19.255.255",
    "192.88.99.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "[2001:db8::1]",
    "[3fff::1]",
    "[100::1]",
    "[5f00::1]",
    "[ff02::1]",
    "[ff0e::1]",
    # IPv4 inside IPv6
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:169.254.169.254]",
    "[::ffff:8.8.8.8]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::a9fe:a9fe]",
    "[2002:7f00:1::]",
    "[2002:a9fe:a9fe::1]",
    "[2001:0:7f00:1::1]",
    "[2001::1]",
    # a zone
    "[fe80::1%eth0]",
    "[fe80::1%25eth0]",
    "[2606:4700::1111%25lo]",
    # IPv4 as decimal, octal, hexadecimal, short
    "2130706433",
    "0x7f000001",
    "0X7F000001",
    "017700000001",
    "127.1",
    "127.0.1",
    "0177.0.0.1",
    "0x7f.0.0.1",
    "0x7f.1",
    "127.0.0.0x1",
    "0300.0250.1.1",
    "3232235777",
    "134744072",
    "8.8.2056",
    "008.8.8.8",
    "1.2.3.4.5",
    "256.256.256.256",
    "example.1",
    "example.0x",
    # a dot at the end, or in odd places
    "127.0.0.1.",
    "localhost.",
    "example.com.",
    "example.com..",
    ".example.com",
    "example..com",
    # letters that only look like these, or become them
    "①②⑦.⓪.⓪.①",
    "１２７.0.0.1",
    "127。0。0。1",
    "ⓛocalhost",
    "exam\u00adple.com",
    "bücher.example",
    "%31%32%37.0.0.1",
    "127.0.0.1%00.example.com",
    "example.com%2f@127.0.0.1",
    # characters that readers disagree about
    "example.com\\@127.0.0.1",
    "127.0.0.1\\.example.com",
    "example.com\t",
    "exa mple.com",
    "example.com\r\nhost: internal",
    "exam*ple.com",
    "-example.com",
    "example-.com",
    "[example.com]",
    "[::1",
    "::1",
    "",
    "a" * 64 + ".example",
    ("a" * 60 + ".") * 5 + "example",
)

HOSTILE_URLS = (
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com:6379/_SET",
    "unix:///var/run/docker.sock",
    "data:text/plain,x",
    "javascript:alert(1)",
    "//example.com/",
    "example.com/hook",
    "",
    "https://",
    "https:///hook",
    "https:/example.com/",
    # userinfo
    "https://user@example.com/",
    "https://user:password@example.com/",
    "https://example.com@127.0.0.1/",
    "https://example.com:443@169.254.169.254/",
    "https://@example.com/",
    "https://:@example.com/",
    # ports
    "https://example.com:0/",
    "https://example.com:22/",
    "http://example.com:25/",
    "https://example.com:1023/",
    "https://example.com:65536/",
    "https://example.com:-1/",
    "https://example.com:80:80/",
    "https://example.com:https/",
    "https://example.com:４４３/",
    # characters
    "https://example.com/ hook",
    "https://example.com/\nhook",
    "https://example.com/\x00",
    "https://example.com/hök",
    "https://example.com\\hook",
    " https://example.com/",
    "https://example.com/" + "a" * 2000,
)

PLAIN = (
    ("https://example.com", "example.com", 443, "/", "example.com"),
    ("http://example.com/hook", "example.com", 80, "/hook", "example.com"),
    ("HTTPS://Example.COM/Hook?a=b&c=%20#part", "example.com", 443, "/Hook?a=b&c=%20", "example.com"),
    ("https://example.com:8443/", "example.com", 8443, "/", "example.com:8443"),
    ("https://example.com:443/", "example.com", 443, "/", "example.com"),
    ("http://example.com:443/", "example.com", 443, "/", "example.com:443"),
    ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", 443, "/", "xn--bcher-kva.example"),
    ("https://a_b.example?x", "a_b.example", 443, "/?x", "a_b.example"),
    ("https://8.8.8.8/", "8.8.8.8", 443, "/", "8.8.8.8"),
    ("https://[2606:4700:4700::1111]:8443/", "2606:4700:4700::1111", 8443, "/", "[2606:4700:4700::1111]:8443"),
    ("https://[2606:4700:4700:0:0:0:0:1111]/", "2606:4700:4700::1111", 443, "/", "[2606:4700:4700::1111]"),
    ("https://hooks.1and1.example/", "hooks.1and1.example", 443, "/", "hooks.1and1.example"),
)


class TestParsing:
    @pytest.mark.parametrize("host", HOSTILE_HOSTS)
    @pytest.mark.parametrize("form", ["https://{}/hook", "http://{}:8080/hook"])
    def test_refuses_hosts_that_are_not_public_or_not_plain(self, host, form):
        with pytest.raises(TargetRefused):
            PUBLIC.parse(form.format(host))

    @pytest.mark.parametrize("url", HOSTILE_URLS)
    def test_refuses_what_is_no_plain_url(self, url):
        with pytest.raises(TargetRefused):
            PUBLIC.parse(url)
        with pytest.raises(TargetRefused):
            DEV.parse(url)

    @pytest.mark.parametrize(("url", "host", "port", "path", "authority"), PLAIN)
    def test_takes_plain_urls_apart(self, url, host, port, path, authority):
        target = PUBLIC.parse(url)

        assert (target.host, target.port, target.path, target.authority) == (host, port, path, authority)

    @given(st.text(max_size=60))
    def test_says_yes_or_no_to_any_text_and_nothing_else(self, text):
        for url in (text, f"https://{text}", f"https://{text}/", f"http://[{text}]:{text}/"):
            try:
                target = PUBLIC.parse(url)
            except TargetRefused:
                continue
            assert target.address is None or PUBLIC.covers(target.address)

    @given(st.ip_addresses(v=4).filter(lambda address: not address.is_global))
    def test_python_knows_no_address_as_private_that_is_called(self, address):
        assert not PUBLIC.covers(address)


class TestReach:
    def test_is_this_machine_under_dev_and_nothing_else(self):
        for url in ("http://127.0.0.1:3000/", "http://localhost:3000/hook", "http://[::1]:3000/"):
            assert DEV.parse(url).path
        for host in ("10.0.0.1", "169.254.169.254", "[fe80::1]", "0.0.0.0", "[::ffff:127.0.0.1]", "127.1"):
            with pytest.raises(TargetRefused):
                DEV.parse(f"http://{host}:3000/")

    def test_is_the_operators_networks_where_the_settings_name_some(self):
        reach = Reach.of(dev=False, networks=("10.20.0.0/16", "fd00:1::/32"))

        assert reach.parse("https://10.20.3.4/").host == "10.20.3.4"
        assert reach.parse("https://[fd00:1::5]/").host == "fd00:1::5"
        for host in ("10.21.0.1", "127.0.0.1", "[fd00:2::5]", "[::ffff:10.20.3.4]"):
            with pytest.raises(TargetRefused):
                reach.parse(f"https://{host}/")

    def test_refuses_a_name_one_of_whose_addresses_is_outside(self):
        with pytest.raises(TargetRefused) as refused:
            PUBLIC.check_all("hooks.example", ["8.8.8.8", "10.1.2.3"])

        assert "10.1.2.3" not in refused.value.message
        assert "10.1.2.3" in refused.value.detail

    def test_names_each_address_once_and_in_order(self):
        found = PUBLIC.check_all("hooks.example", ["8.8.8.8", "2606:4700::1111", "8.8.8.8"])

        assert [str(address) for address in found] == ["8.8.8.8", "2606:4700::1111"]
