"""Wallet files: what is readable, what is sealed, and what opens it."""

import stat
from pathlib import Path

import pytest

from sealgate.cli.output import Refused
from sealgate.cli.wallet.keystore import Keystore, Secrets, WalletFile

SECRETS = Secrets(seed="sEdTEReSUiFXKBRUPcMUo6XaPMoKjXJ", device_key="11" * 32)


def nobody_to_ask(name: str) -> str:
    raise AssertionError(f"a passphrase for {name} was asked for")


def make(keystore: Keystore, name: str = "alice") -> WalletFile:
    return keystore.make(
        name, SECRETS, account="rNmA127KQNq7oQ4ZG1EFwoV968ynsDPGR8", algorithm="ed25519", public_key="ED" * 33
    )


class TestKeyFile:
    def test_opens_what_it_sealed_without_asking(self, tmp_path: Path) -> None:
        keystore = Keystore(tmp_path / "wallets", ask_passphrase=nobody_to_ask)
        keystore.make_key_file()

        wallet = make(keystore)

        assert keystore.unlock(keystore.find("alice")) == SECRETS
        assert wallet.lock.kind == "key_file"

    def test_files_are_for_the_owner_alone_and_hold_no_secret(self, tmp_path: Path) -> None:
        keystore = Keystore(tmp_path / "wallets", ask_passphrase=nobody_to_ask)
        keystore.make_key_file()

        make(keystore)

        for path in (tmp_path / "wallets").iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert SECRETS.seed.encode() not in path.read_bytes()
        assert stat.S_IMODE((tmp_path / "wallets").stat().st_mode) == 0o700

    def test_another_folders_key_does_not_open_it(self, tmp_path: Path) -> None:
        here, there = (Keystore(tmp_path / name, ask_passphrase=nobody_to_ask) for name in ("here", "there"))
        here.make_key_file()
        there.make_key_file()
        wallet = make(here)

        with pytest.raises(Refused, match="does not open with this key file"):
            there.unlock(wallet)

    def test_a_damaged_key_file_is_said(self, tmp_path: Path) -> None:
        keystore = Keystore(tmp_path, ask_passphrase=nobody_to_ask)
        keystore.make_key_file()
        wallet = make(keystore)
        (tmp_path / "wallet.key").write_bytes(b"short")

        with pytest.raises(Refused, match="must hold 32 bytes"):
            keystore.unlock(wallet)


class TestPassphrase:
    def test_opens_with_the_same_and_with_no_other(self, tmp_path: Path) -> None:
        wallet = make(Keystore(tmp_path, ask_passphrase=lambda _name: "correct horse"))

        assert Keystore(tmp_path, ask_passphrase=lambda _name: "correct horse").unlock(wallet) == SECRETS
        with pytest.raises(Refused, match="does not open with this passphrase"):
            Keystore(tmp_path, ask_passphrase=lambda _name: "battery staple").unlock(wallet)

    def test_a_secret_moved_under_another_name_does_not_open(self, tmp_path: Path) -> None:
        keystore = Keystore(tmp_path, ask_passphrase=lambda _name: "correct horse")
        make(keystore)
        moved = (tmp_path / "alice.json").read_text().replace('"alice"', '"mallory"')
        (tmp_path / "mallory.json").write_text(moved)

        with pytest.raises(Refused, match="does not open"):
            keystore.unlock(keystore.find("mallory"))


class TestNames:
    def test_a_taken_name_is_refused(self, tmp_path: Path) -> None:
        keystore = Keystore(tmp_path, ask_passphrase=lambda _name: "x")
        make(keystore)

        with pytest.raises(Refused, match="already is a wallet"):
            make(keystore)

    @pytest.mark.parametrize("name", ["", "../alice", "a/b", ".hidden", "x" * 41])
    def test_a_name_that_is_no_file_name_is_refused(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(Refused, match="cannot name a wallet"):
            Keystore(tmp_path, ask_passphrase=nobody_to_ask).find(name)

    def test_an_unknown_wallet_names_the_known_ones(self, tmp_path: Path) -> None:
        keystore = Keystore(tmp_path, ask_passphrase=lambda _name: "x")
        make(keystore, "bob")

        with pytest.raises(Refused, match=r"no wallet 'alice' .*\(known: bob\)"):
            keystore.find("alice")
