"""What was built, as a server gives it out: with the operator's brand, and a policy for its networks."""

import gzip
import html
import json

import pytest
from PIL import Image

from sealgate.base.settings import Settings
from sealgate.ledger.networks import PACKAGED, Endpoint, Network
from sealgate.wallet.web_app_files import WebAppFiles, content_security_policy

PAGE = '<title>Sealgate</title><meta name="sealgate" content="{}"><script src="/wallet/assets/a-1.js"></script>'


@pytest.fixture
def built(tmp_path):
    """A small app: page, worker, manifest, a script and the icons that a logo replaces."""
    folder = tmp_path / "web_app"
    for name, text in {
        "index.html": PAGE,
        "sw.js": "self.x = 1",
        "manifest.webmanifest": json.dumps({"name": "Sealgate", "short_name": "Sealgate", "start_url": "/wallet/"}),
        "brand.css": "/* none */",
        "assets/a-1.js": "export const a = 1;" * 50,
        "icons/icon-192.png": "png",
        ".sealgate-stamp": "abc",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def content(files: WebAppFiles, path: str) -> str:
    found = files.find(path)
    assert found is not None
    return found.content.decode()


class TestBrand:
    def test_the_page_and_the_manifest_have_the_operators_name(self, built):
        files = WebAppFiles(Settings(wallet_name='Ann\'s "Bank" <b>', dev=True), built)

        page = content(files, "index.html")
        assert "<title>Ann&#x27;s &quot;Bank&quot; &lt;b&gt;</title>" in page
        written = page.split('name="sealgate" content="')[1].split('"')[0]
        assert json.loads(html.unescape(written)) == {"name": 'Ann\'s "Bank" <b>', "dev": True}
        assert json.loads(content(files, "manifest.webmanifest"))["short_name"] == 'Ann\'s "Bank" <b>'

    def test_the_accent_becomes_a_style_sheet(self, built):
        assert "--accent:#0b6b5d" in content(WebAppFiles(Settings(wallet_accent="#0b6b5d"), built), "brand.css")

    def test_the_logo_replaces_the_icons(self, built, tmp_path):
        logo = tmp_path / "logo.png"
        Image.new("RGB", (512, 512), "#d6336c").save(logo)

        icon = WebAppFiles(Settings(wallet_logo=str(logo)), built).find("icons/icon-192.png")

        assert icon is not None
        assert icon.content.startswith(b"\x89PNG")

    def test_another_brand_is_another_service_worker_so_that_browsers_fetch_the_app_anew(self, built):
        plain, same = (content(WebAppFiles(Settings(), built), "sw.js") for _ in range(2))
        named = content(WebAppFiles(Settings(wallet_name="Ann"), built), "sw.js")
        elsewhere = content(WebAppFiles(Settings(public_url="https://sign.example"), built), "sw.js")

        assert plain == same
        assert len({plain, named, elsewhere}) == 3


class TestFiles:
    def test_text_is_packed_where_that_is_worth_it_and_comes_back_whole(self, built):
        files = WebAppFiles(Settings(), built)

        script = files.find("assets/a-1.js")
        assert script is not None
        assert script.packed is not None
        assert gzip.decompress(script.packed) == script.content
        icon = files.find("icons/icon-192.png")
        assert icon is not None
        assert icon.packed is None

    @pytest.mark.parametrize("path", [".sealgate-stamp", "../web_app/index.html", "assets", "", "assets/b.js"])
    def test_nothing_else_of_the_folder_is_found(self, built, path):
        assert WebAppFiles(Settings(), built).find(path) is None

    def test_without_a_build_there_is_no_app(self, tmp_path):
        assert not WebAppFiles(Settings(), tmp_path / "nothing").is_built


class TestPolicy:
    def test_lets_nothing_in_but_our_own_scripts_and_the_nodes_of_the_networks(self):
        policy = dict(
            part.split(" ", 1)
            for part in content_security_policy(Settings(public_url="https://a.example"), PACKAGED).split("; ")
        )

        assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["worker-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert policy["require-trusted-types-for"] == "'script'"
        assert policy["connect-src"].startswith("'self' wss://a.example ")
        assert "wss://xrplcluster.com" in policy["connect-src"].split()
        assert "unsafe" not in " ".join(policy.values())
        assert "localhost" not in " ".join(policy.values())

    def test_names_a_nodes_origin_without_its_path(self):
        network = Network("OWN", 77, "xrpl", "XRP", False, endpoints=(Endpoint("a", "wss://node.example:51233/ws"),))

        assert content_security_policy(Settings(), [network]).count("wss://node.example:51233;") == 1

    def test_a_sandbox_may_frame_xapps_of_this_machine(self):
        assert "frame-src https: http://localhost:* http://127.0.0.1:*" in content_security_policy(
            Settings(dev=True), PACKAGED
        )
