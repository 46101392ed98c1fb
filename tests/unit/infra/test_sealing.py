"""The seal itself; what needs the database is in tests/conformance/test_sealing.py."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.base.settings import Settings
from sealgate.infra.errors import MasterKeyUnusable, SealBroken
from sealgate.infra.sealing import Sealer

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
CONTEXT = "app:1:secret"


class TestSeal:
    @given(plaintext=st.binary(max_size=300), context=st.text(st.characters(codec="utf-8"), max_size=50))
    def test_opens_to_what_was_sealed(self, plaintext, context):
        sealer = Sealer([NEW])

        assert sealer.open(sealer.seal(plaintext, context=context), context=context) == plaintext

    def test_shows_nothing_of_the_plaintext_and_differs_each_time(self):
        sealer = Sealer([NEW])

        first, second = (sealer.seal(b"a secret of some length", context=CONTEXT) for _ in range(2))

        assert first != second
        assert b"secret" not in first

    @given(place=st.integers(0, 46), bit=st.integers(0, 7))
    def test_does_not_open_with_any_bit_changed(self, place, bit):
        sealer = Sealer([NEW])
        sealed = bytearray(sealer.seal(b"ten bytes!", context=CONTEXT))
        sealed[place] ^= 1 << bit

        with pytest.raises(SealBroken):
            sealer.open(bytes(sealed), context=CONTEXT)

    @pytest.mark.parametrize("length", [0, 1, 8, 9, 20, 21, 36])
    def test_does_not_open_when_cut_short(self, length):
        sealer = Sealer([NEW])

        with pytest.raises(SealBroken):
            sealer.open(sealer.seal(b"ten bytes!", context=CONTEXT)[:length], context=CONTEXT)

    def test_does_not_open_in_another_place(self):
        sealer = Sealer([NEW])

        with pytest.raises(SealBroken):
            sealer.open(sealer.seal(b"x", context="app:1:secret"), context="app:2:secret")

    def test_says_nothing_of_the_plaintext_when_broken(self):
        sealer = Sealer([NEW])

        with pytest.raises(SealBroken) as broken:
            sealer.open(sealer.seal(b"canary", context=CONTEXT)[:-1], context=CONTEXT)

        assert "canary" not in broken.value.detail + str(broken.value)


class TestSeveralMasterKeys:
    def test_the_first_seals_and_all_open(self):
        under_old = Sealer([OLD]).seal(b"x", context=CONTEXT)
        both = Sealer([NEW, OLD])

        assert both.open(under_old, context=CONTEXT) == b"x"
        assert both.needs_reseal(under_old)
        assert not both.needs_reseal(both.seal(b"x", context=CONTEXT))
        assert Sealer([NEW]).open(both.seal(b"x", context=CONTEXT), context=CONTEXT) == b"x"

    def test_without_its_key_a_value_stays_closed(self):
        with pytest.raises(SealBroken, match="cannot be opened"):
            Sealer([NEW]).open(Sealer([OLD]).seal(b"x", context=CONTEXT), context=CONTEXT)


def in_folder(folder: Path, master_key: str = "") -> Settings:
    return Settings(data_dir=str(folder), master_key=master_key)


class TestMasterKeyFile:
    def test_is_made_on_the_first_start_and_used_ever_after(self, tmp_path):
        folder = tmp_path / "new"
        sealed = Sealer.from_settings(in_folder(folder)).seal(b"x", context=CONTEXT)

        assert Sealer.from_settings(in_folder(folder)).open(sealed, context=CONTEXT) == b"x"
        assert (folder / "master.key").stat().st_mode & 0o777 == 0o600
        assert len((folder / "master.key").read_text()) == 65

    def test_may_hold_several_keys_newest_first(self, tmp_path):
        (tmp_path / "master.key").write_text(f"{NEW.hex()}\n{OLD.hex()}\n")
        (tmp_path / "master.key").chmod(0o600)

        sealer = Sealer.from_settings(in_folder(tmp_path))

        assert sealer.open(Sealer([OLD]).seal(b"x", context=CONTEXT), context=CONTEXT) == b"x"
        assert not sealer.needs_reseal(Sealer([NEW]).seal(b"x", context=CONTEXT))

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
    def test_that_others_may_read_is_refused(self, tmp_path, mode):
        Sealer.from_settings(in_folder(tmp_path))
        (tmp_path / "master.key").chmod(mode)

        with pytest.raises(MasterKeyUnusable, match="other users") as refused:
            Sealer.from_settings(in_folder(tmp_path))
        assert "chmod 600" in refused.value.hint

    @pytest.mark.parametrize("content", [b"", b"abc", b"g" * 64, b"00" * 31, "clé".encode("latin-1")])
    def test_that_holds_no_key_is_refused_without_showing_it(self, tmp_path, content):
        handle = os.open(tmp_path / "master.key", os.O_WRONLY | os.O_CREAT, 0o600)
        os.write(handle, content)
        os.close(handle)

        with pytest.raises(MasterKeyUnusable, match=r"must hold keys|holds no key") as refused:
            Sealer.from_settings(in_folder(tmp_path))
        assert not content or content.decode("latin-1") not in refused.value.message


class TestMasterKeySetting:
    def test_wins_over_the_file_and_makes_none(self, tmp_path):
        sealer = Sealer.from_settings(in_folder(tmp_path, master_key=f"{NEW.hex()},{OLD.hex()}"))

        assert sealer.open(Sealer([OLD]).seal(b"x", context=CONTEXT), context=CONTEXT) == b"x"
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("text", ["abc", "zz" * 32, f"{'00' * 32},", "00" * 33])
    def test_that_is_no_key_is_refused_without_showing_it(self, tmp_path, text):
        with pytest.raises(MasterKeyUnusable, match="SEALGATE_MASTER_KEY must hold") as refused:
            Sealer.from_settings(in_folder(tmp_path, master_key=text))
        assert text not in refused.value.message


def test_a_mac_needs_the_pepper():
    with pytest.raises(RuntimeError, match="load_pepper"):
        Sealer([NEW]).mac("x")
