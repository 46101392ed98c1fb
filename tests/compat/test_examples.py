"""The programs of `examples/` without a page of their own, run as they stand; alice's wallet answers."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
import requests  # type: ignore[import-untyped]

from tests.compat.tab import Tab
from tests.example_runs import EXAMPLES, Run, copied, known_packages, same_packages

SHOP = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
NOWHERE = "00000000-0000-4000-8000-000000000000"
BACK_ENDS = {"backend-python": ("python", "pay.py"), "backend-node": ("node", "pay.js")}


@pytest.fixture
def tab(stage) -> Iterator[Tab]:
    opened = Tab(stage.platform.url)
    yield opened
    opened.close()


def uuid_in(address: str) -> str:
    """Return the UUID of the request whose page this is."""
    return urlsplit(address).path.rpartition("/")[2]


@pytest.mark.parametrize("name", BACK_ENDS)
class TestABackEnd:
    @pytest.fixture
    def shop(self, stage, name, tmp_path) -> Iterator[Run]:
        with Run(stage.platform, copied(name, tmp_path), *BACK_ENDS[name]) as running:
            yield running

    def test_signs_somebody_in_and_pushes_a_payment_to_the_same_person(self, stage, shop):
        stage.alice.signs(uuid_in(shop.says("Sign here: ")))
        account = shop.says("Signed in as ")
        payment, pushed = shop.says("In the wallet: ").split(maxsplit=1)
        waiting = stage.alice.pending()
        signed = stage.alice.signs(payment, "PUSH_NOTIFICATION")

        assert account == stage.alice.account
        assert pushed == "pushed"
        assert payment in waiting
        assert shop.says("Signed, transaction ") == signed["txid"]
        assert shop.ends() == 0

    def test_takes_a_declined_payment_as_it_is(self, stage, shop):
        stage.alice.signs(uuid_in(shop.says("Sign here: ")))
        stage.alice.declines(shop.says("In the wallet: ").split()[0], "PUSH_NOTIFICATION")

        assert shop.says("Signed, transaction ") == "none: it was declined"
        assert shop.ends() == 0

    def test_ends_when_nobody_signs_in(self, stage, shop):
        stage.alice.declines(uuid_in(shop.says("Sign here: ")))

        assert shop.ends() == 1
        assert "Nobody signed in." in "".join(shop.said)


class TestADesktopProgram:
    @pytest.fixture
    def program(self, stage, tmp_path) -> Iterator[Run]:
        app = stage.platform.sealgate(
            "app", "create", "--name", "My program", "--type", "native", "--redirect-uri", "http://127.0.0.1/callback"
        )
        key = {"SEALGATE_API_KEY": app["api_key"], "SEALGATE_API_SECRET": "", "BROWSER": "true"}
        place = copied("desktop-python", tmp_path)
        with Run(stage.platform, place, "python", "sign_in.py", **key) as running:
            yield running

    def test_signs_in_over_loopback_and_checks_what_it_is_told(self, stage, program, tab):
        way_back = tab.sign_in(program.says("Open "), stage.alice)

        shown = requests.get(way_back, timeout=10)

        assert "You are signed in" in shown.text
        assert program.says("The ID token is genuine: it says ") == stage.alice.account
        assert program.says("The API knows the caller as ") == f"{stage.alice.account} of My program"
        assert program.ends() == 0

    def test_says_that_it_was_declined(self, stage, program, tab):
        way_back = tab.sign_in(program.says("Open "), stage.alice, declines=True)

        shown = requests.get(way_back, timeout=10)

        assert "You are not signed in" in shown.text
        assert program.ends() == 1
        assert "Not signed in: " in "".join(program.said)

    def test_lets_no_stranger_end_its_sign_in(self, stage, program, tab):
        way_back = tab.sign_in(program.says("Open "), stage.alice)

        stranger = requests.get(f"{way_back.partition('?')[0]}?code=x&state=guessed", timeout=10)

        assert stranger.status_code == 404
        assert requests.get(way_back, timeout=10).status_code == 200
        assert program.ends() == 0


class TestTheBackEndOfAnXApp:
    @pytest.fixture(scope="class")
    @classmethod
    def back_end(cls, stage, tmp_path_factory) -> Iterator[str]:
        place = copied("xapp", tmp_path_factory.mktemp("example"))
        with Run(stage.platform, place, "python", "app.py", PORT="0") as running:
            address = running.says(" * Running on ")
            app = stage.platform.env["SEALGATE_API_KEY"]
            stage.platform.sealgate("app", "update", app, "--xapp-url", f"{address}/", "--xapp-id", "tip.jar")
            yield address

    @pytest.fixture(scope="class")
    @classmethod
    def token(cls, stage, back_end) -> str:
        """A JWT as the xApp's page gets it."""
        launch = stage.platform.sealgate("wallet", "open-xapp", "tip.jar")
        ott = dict(parse_qsl(urlsplit(launch["url"]).query))["xAppToken"]
        headers = {"x-api-key": stage.platform.env["SEALGATE_API_KEY"], "x-api-ott": ott}
        asked = requests.get(f"{stage.platform.url}/api/v1/jwt/authorize", headers=headers, timeout=10)
        return str(asked.json()["jwt"])

    def asks(self, back_end, token, payload=NOWHERE):
        """Ask for a receipt and return the status and what was said."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = requests.get(f"{back_end}/receipts/{payload}", headers=headers, timeout=10)
        return answer.status_code, answer.json()

    def test_confirms_a_tip_to_who_gave_it(self, stage, back_end, token):
        body = {"txjson": {"TransactionType": "Payment", "Destination": SHOP, "Amount": "1000000"}}
        headers = {"authorization": f"Bearer {token}"}
        url = f"{stage.platform.url}/api/v1/jwt/payload"
        uuid = requests.post(url, json=body, headers=headers, timeout=10).json()["uuid"]
        assert self.asks(back_end, token, uuid)[0] == 404  # nothing is signed yet

        signed = stage.alice.signs(uuid, "XAPP")

        assert self.asks(back_end, token, uuid) == (200, {"account": stage.alice.account, "txid": signed["txid"]})

    def test_believes_no_other_token(self, stage, back_end, token):
        claims = jwt.decode(token, options={"verify_signature": False})
        secret, no_secret = stage.platform.env["SEALGATE_API_SECRET"], "0" * 36
        others = {
            "none": "",
            "of a guessed key": jwt.encode(claims, no_secret, "HS256"),
            "without a signature": jwt.encode(claims, "", "none"),
            "too old": jwt.encode({**claims, "exp": claims["iat"] - 1}, secret, "HS256"),
            "of another app": jwt.encode({**claims, "client_id": NOWHERE}, secret, "HS256"),
            "without an end": jwt.encode({n: v for n, v in claims.items() if n != "exp"}, secret, "HS256"),
            "of OAuth": stage.alice.signs_in(),
        }

        assert {name: self.asks(back_end, other)[0] for name, other in others.items()} == dict.fromkeys(others, 401)
        assert self.asks(back_end, token)[0] == 404  # the genuine one is let in, and finds nothing there


class TestPackages:
    @pytest.mark.parametrize("name", ["backend-node", "browser-app"])
    def test_of_npm_are_those_of_these_tests(self, name):
        same_packages(name)

    @pytest.mark.parametrize("name", ["backend-python", "desktop-python", "xapp"])
    def test_of_python_are_those_of_these_tests(self, name):
        known_packages(name)


@pytest.mark.parametrize("name", sorted(folder.name for folder in EXAMPLES.iterdir() if folder.is_dir()))
def test_each_example_is_named_in_the_overview(name):
    overview = (EXAMPLES / "README.md").read_text()

    assert f"({name}/README.md)" in overview
    assert Path(EXAMPLES / name / "README.md").is_file()
