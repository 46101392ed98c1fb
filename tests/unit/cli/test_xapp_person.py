"""The person in front of an xApp: what the options say, and what happens where nobody can be asked."""

from pathlib import Path

import pytest

from sealgate.cli.environment import Environment
from sealgate.cli.output import Refused
from sealgate.cli.wallet.keystore import Keystore
from sealgate.cli.wallet.wallets import make_wallet
from sealgate.cli.wallet.xapp_person import Choices, Person, destination

BOB = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"


@pytest.fixture
def person_with(tmp_path: Path):
    keystore = Keystore(tmp_path, ask_passphrase=lambda _name: "")
    keystore.make_key_file()
    wallet = make_wallet(keystore, "alice", algorithm="ed25519")

    def make(**choices) -> Person:
        return Person(wallet, Environment({}, dev_env=tmp_path / "none"), Choices(**choices), can_ask=False)

    return make


class TestScan:
    def test_takes_one_text_after_the_other_and_then_closes(self, person_with):
        person = person_with(scans=("first", "second"))

        assert [person.scan(), person.scan(), person.scan()] == ["first", "second", None]


class TestSelect:
    def test_tells_whom_and_that_nothing_is_known_of_them(self, person_with):
        person = person_with(destinations=(f"{BOB}:7",))

        chosen = person.select()

        assert chosen is not None
        assert chosen["destination"] == {"address": BOB, "tag": 7}
        assert chosen["info"]["danger"] == "UNKNOWN"
        assert person.select() is None

    def test_a_wrong_one_is_refused_before_anything_opens(self, person_with):
        with pytest.raises(Refused, match="no destination"):
            person_with(destinations=("bob",))


class TestLetsOpen:
    @pytest.mark.parametrize("asked", [True, False])
    def test_nothing_opens_where_nobody_sits(self, person_with, asked):
        assert person_with().lets_open("https://shop.example/", asked=asked) is False


class TestDestination:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            (BOB, {"address": BOB}),
            (f" {BOB} ", {"address": BOB}),
            (f"{BOB}:0", {"address": BOB, "tag": 0}),
            (f"{BOB}:4294967295", {"address": BOB, "tag": 4294967295}),
        ],
    )
    def test_is_an_address_with_or_without_a_tag(self, text, found):
        assert destination(text) == found

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "bob",
            BOB[:-1],
            f"{BOB}:",
            f"{BOB}:x",
            f"{BOB}:-1",
            f"{BOB}:4294967296",
            f"{BOB}:{'9' * 5000}",
            f"{BOB}:²",
        ],
    )
    def test_is_nothing_else(self, text):
        with pytest.raises(Refused):
            destination(text)
