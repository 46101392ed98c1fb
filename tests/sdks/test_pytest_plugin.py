"""The pytest plugin of `sealgate_client.testing`, from a wheel, in projects that have nothing else."""

import re
import shutil
import sys
from pathlib import Path

import pytest
from sealgate_client import Misconfigured
from sealgate_client.testing.platform import Source
from sealgate_client.testing.program import find_program

from tests.platform import Platform
from tests.sdks.published import ROOT, Run, install_client


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the client is installed."""
    return install_client(tmp_path_factory.mktemp("published"))


STORY = """
import os
import threading

import pytest
from sealgate_client import Sealgate
from sealgate_client.testing import ControlRefused

PAYMENT = {"TransactionType": "Payment", "Destination": "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "Amount": "2500000"}
SIGN_IN = {"TransactionType": "SignIn"}


@pytest.mark.parametrize("again", range(3))
def test_signs_a_user_in_and_a_payment(app, wallet, ledger, webhooks, again):
    ledger.fund(wallet)
    user = app.sign_in(wallet)

    asked = app.client.payloads.create(PAYMENT, user_token=user.user_token)
    wallet.approve(asked)

    event = webhooks.wait_for("payload.validated", lambda one: one.event.payload_uuid == asked.uuid).event
    assert user.account == wallet.account
    assert (event.data.result, event.data.delivered_amount) == ("tesSUCCESS", "2500000")
    assert ledger.balance(wallet) < 998
    assert ledger.transaction(event.data.txid)["validated"] is True


def test_starts_with_nothing_of_earlier_tests(platform, app, wallet, ledger):
    assert platform.requests == []
    assert ledger.balance(wallet) == 0
    assert app.settings["redirect_uris"]


def test_code_under_test_finds_the_platform_by_itself(platform, wallet):
    with Sealgate() as sealgate, wallet.approving():
        outcome = sealgate.payloads.create_and_subscribe(SIGN_IN).resolved()

    assert outcome.response.account == wallet.account
    assert os.environ["SEALGATE_LEDGER_RPC"] == platform.ledger.url


def test_a_wallet_takes_its_time(app, wallet, platform):
    asked = app.client.payloads.create(SIGN_IN)

    thinking = wallet.later("approve", asked, delay_s=0.3)
    assert platform.request(asked.uuid).state == "created"
    thinking.join()

    assert platform.request(asked.uuid).state == "signed"


def test_a_wallet_waits_for_the_next_request(app, wallet):
    asked = [app.client.payloads.create(SIGN_IN) for _ in range(2)]

    answered = [wallet.approve().uuid, wallet.reject(reason="enough").uuid]

    assert answered == [one.uuid for one in asked]
    with pytest.raises(AssertionError, match=f"SignIn {asked[0].uuid} is signed"):
        wallet.wait_for_request(timeout_s=0)


def test_a_wallet_does_what_apps_must_live_with(app, wallet):
    free, forced, named, left = (
        app.client.payloads.create(SIGN_IN, options=options)
        for options in ({}, {"force_network": "MAINNET"}, {"signers": [wallet.account]}, {})
    )

    assert wallet.wrong_network(free).network not in ("MAINNET", "SANDBOX")
    assert wallet.wrong_network(forced).done == "refused"
    assert "MAINNET" in wallet.wrong_network(forced).why
    assert wallet.wrong_account(named).done == "refused"
    assert wallet.open(left).done == "opened"
    assert app.client.payloads.get(left.uuid).meta.app_opened


def test_what_a_wallet_cannot_do_is_said(app, wallet):
    asked = app.client.payloads.create(SIGN_IN)
    app.client.payloads.cancel(asked.uuid)

    with pytest.raises(ControlRefused, match=f"alice could not answer {asked.uuid}"):
        wallet.approve(asked)


def test_there_may_be_several_people(app, wallet, platform):
    bob = platform.wallet("bob")

    assert app.sign_in(bob).account == bob.account != wallet.account


def test_time_passes_when_it_is_told_to(app, platform, clock):
    asked = app.client.payloads.create(SIGN_IN, options={"expire": 60})

    before = clock.freeze()
    after = clock.advance(hours=1, minutes=1)

    assert (after - before).total_seconds() == 3660
    assert clock.is_frozen
    assert platform.request(asked.uuid).state == "expired"
    clock.thaw()


def test_webhooks_fail_and_come_again(app, wallet, webhooks, platform, clock):
    platform.fail_webhooks(status=503, times=1)
    app.sign_in(wallet)
    with pytest.raises(AssertionError, match="what came: "):
        webhooks.wait_for("payload.nonsense", timeout_s=0)

    clock.advance(minutes=5)

    assert webhooks.wait_for("payload.signed").event.data.account == wallet.account
    assert webhooks.forged == []


def test_sign_in_leads_back_to_the_app(app, wallet):
    begun = app.client.oauth.begin("http://localhost/callback")

    tokens = app.client.oauth.finish(begun, wallet.sign_in(begun.url).url)
    declined = wallet.refuse_sign_in(app.client.oauth.begin("http://localhost/callback", prompt="login").url)

    assert tokens.claims.account == wallet.account
    assert declined.params["error"] == "access_denied"


def test_further_apps_see_their_own_alone(app, platform, wallet):
    other = platform.create_app("Another shop", redirect_uris=["https://other.example/back"])

    theirs = other.client.payloads.create(SIGN_IN)
    app.sign_in(wallet)

    assert [one.state for one in platform.requests if one.app == other.uuid] == ["created"]
    assert platform.request(theirs.uuid).app == other.uuid
    with pytest.raises(LookupError):
        platform.request("00000000-0000-4000-8000-000000000000")
"""

FAILS = """
from sealgate_client import SealgateError


def test_of_an_app_that_is_wrong(app, wallet, clock):
    clock.advance(hours=1)
    wallet.reject(app.client.payloads.create({"TransactionType": "SignIn"}), reason="not me")
    try:
        app.client.payloads.create({"TransactionType": "Pay ment"})
    except SealgateError:
        pass
    raise ValueError("as an app does")


def test_without_the_platform():
    raise ValueError("by itself")
"""


def python_blocks(page: str) -> list[str]:
    """Return the programs of a page."""
    return re.findall(r"^```python\n(.*?)^```$", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pytest keeps what it keeps between runs: the project leaves a prepared sandbox there."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def story(site: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The example, with the guide's programs and a story beside it."""
    place = tmp_path_factory.mktemp("story") / "shop"
    shutil.copytree(ROOT / "examples/tested-with-pytest", place, ignore=shutil.ignore_patterns("__pycache__"))
    (place / "test_story.py").write_text(STORY)
    (place / "test_with_failures.py").write_text(FAILS)
    (place / "test_guide.py").write_text("\n\n".join(python_blocks("docs/guides/testing.md")))
    return Run(place, site, "-o", f"cache_dir={cache}")


class TestAProject:
    def test_has_every_fixture_after_an_installation(self, story, capsys):
        with capsys.disabled():
            print(
                f"\n  pytest plugin: a user signed in and a payment in {story.median_ms('a_payment'):.0f} ms (median)"
            )
            print(f"  examples/tested-with-pytest: {story.median_ms('test_shop'):.0f} ms a test (median)")

        assert [one.partition(":")[0] for one in story.failed] == ["test_with_failures"] * 2, story.said
        assert "2 failed, 27 passed" in story.said, story.said

    def test_is_told_what_the_platform_saw_when_a_test_fails(self, story):
        assert "what the platform saw" in story.said
        first, second = story.said.split("_ test_without_the_platform _", 1)
        assert "3600 s ahead" in first
        assert "rejected: not me" in first
        assert "POST /api/v1/platform/payload -> 400 code 602, reference" in first
        assert "what the platform saw" not in second

    def test_runs_in_several_processes(self, site, story, cache, tmp_path):
        assert story.seconds
        (tmp_path / "test_two.py").write_text(
            "import pytest\n\n\n@pytest.mark.parametrize('n', range(2))\n"
            "def test_alone(n, app, wallet, platform):\n"
            "    app.sign_in(wallet)\n    assert len(platform.requests) == 1\n"
        )

        run = Run(tmp_path, site, "-n", "2", "-o", f"cache_dir={cache}")

        assert run.code == 0, run.said

    def test_says_what_is_missing(self, site, tmp_path):
        (tmp_path / "test_one.py").write_text("def test_one(app):\n    pass\n")

        run = Run(tmp_path, site, SEALGATE_BIN="no-such-program")

        assert "There is no platform to test with. SEALGATE_BIN names no-such-program" in run.said


class TestAPlatformThatRunsAlready:
    def test_is_used_and_left_as_it_was(self, dev_platform: Platform, site, tmp_path):
        before = dev_platform.sealgate("payload", "create", "--sign-in")["uuid"]
        (tmp_path / "test_shared.py").write_text(
            "import pytest\n\n\n@pytest.mark.parametrize('n', range(2))\n"
            "def test_of_its_own(n, app, wallet, platform, webhooks):\n"
            "    app.sign_in(wallet)\n"
            "    assert [one.state for one in platform.requests] == ['signed']\n"
            "    assert webhooks.wait_for('payload.signed')\n\n\n"
            "def test_of_time(clock):\n    pass\n"
        )

        run = Run(tmp_path, site, **dev_platform.env)

        assert "2 passed, 1 error" in run.said, run.said
        assert "The clock of a platform that SEALGATE_URL names is everybody's" in run.said
        assert dev_platform.sealgate("payload", "get", before)["meta"]["exists"] is True


def test_without_pytest_it_is_a_with_block_and_starts_from_what_was_kept(site, story, cache, tmp_path):
    assert story.seconds
    keep = cache / "d" / "sealgate"
    [kept] = keep.iterdir()
    (tmp_path / "script.py").write_text(
        "import pathlib\nfrom sealgate_client.testing import start_platform\n\n"
        f"keep = pathlib.Path({str(keep)!r})\n"
        "for damage in (False, True):\n"
        "    if damage:\n"
        "        [kept] = keep.iterdir()\n"
        "        (kept / 'sealgate.db').write_bytes(b'no database')\n"
        "    with start_platform(keep=keep) as platform:\n"
        "        who = platform.app.sign_in(platform.wallet())\n"
        "        print(platform.app.uuid, who.account, platform.took_s > 0)\n"
    )
    before = (kept / "dev.env").read_text()

    from_kept, after_damage = Run.script(tmp_path / "script.py", site).splitlines()

    assert f"SEALGATE_API_KEY={from_kept.split()[0]}" in before.splitlines()  # the same sandbox, with its app
    assert after_damage.split()[0] not in before
    assert after_damage.endswith("True")


class TestTheProgram:
    def test_is_the_one_that_is_named_else_that_of_the_path(self, tmp_path):
        named, on_path = tmp_path / "named", tmp_path / "bin" / "sealgate"
        on_path.parent.mkdir()
        for program in (named, on_path):
            program.write_text("#!/bin/sh\n")
            program.chmod(0o755)
        path = {"PATH": str(on_path.parent)}

        assert find_program({**path, "SEALGATE_BIN": str(named)}) == [str(named)]
        assert find_program(path) == [str(on_path)]
        assert find_program({"PATH": str(tmp_path)}) == [sys.executable, "-m", "sealgate"]

    def test_is_asked_for_with_words_where_there_is_none(self, tmp_path, monkeypatch):
        monkeypatch.setattr("sealgate_client.testing.program.find_spec", lambda _name: None)

        with pytest.raises(Misconfigured, match="pip install sealgate"):
            find_program({"PATH": str(tmp_path)})

    def test_needs_a_token_where_a_platform_is_named(self, monkeypatch):
        monkeypatch.setenv("SEALGATE_URL", "http://localhost:1")
        monkeypatch.delenv("SEALGATE_ADMIN_TOKEN", raising=False)

        with pytest.raises(Misconfigured, match="SEALGATE_ADMIN_TOKEN is not set"):
            Source()
