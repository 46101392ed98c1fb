"""The key that signs what wallets are shown: made once, sealed, reopened by every process."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from sealgate.holders.thumbprint import ed25519_thumbprint, from_base64url
from sealgate.infra.resealing import reseal_all
from sealgate.infra.sealing import Sealer
from sealgate.tokens import store
from sealgate.tokens.errors import NotSignable
from sealgate.tokens.server_keys import RESEAL_TARGETS
from sealgate.tokens.view_key import open_view_keys
from tests.conftest import NOON

SHOWN: dict[str, Any] = {"v": 1, "payload": {"Amount": "1", "Flags": 2147483648}}


def public_key(keys) -> bytes:
    """Return the 32 bytes of the key in use."""
    raw = from_base64url(keys.current.x)
    assert raw is not None
    return raw


class TestOpenViewKeys:
    def test_makes_a_key_at_the_first_start_and_finds_it_again(self, sealer, tx):
        made = open_view_keys(tx, sealer, now=NOON)

        found = open_view_keys(tx, sealer, now=NOON)

        assert found.current == made.current
        assert found.earlier == ()
        assert made.current.kid == ed25519_thumbprint(public_key(made))

    def test_makes_one_key_however_many_processes_start_at_once(self, database, sealer):
        def start(_):
            with database.begin() as tx:
                keys = open_view_keys(tx, sealer, now=NOON)
                time.sleep(0.05)  # hold the transaction open, so that they overlap
                return keys.current.kid

        with ThreadPoolExecutor(6) as six:
            assert len(set(six.map(start, range(6)))) == 1

    def test_keeps_the_private_half_sealed(self, sealer, tx):
        keys = open_view_keys(tx, sealer, now=NOON)

        (stored,) = store.keys_for(tx, "view")
        seed = sealer.open(stored.sealed_private_key, context=f"server_key:{keys.current.kid}")
        assert seed not in stored.sealed_private_key

    def test_is_reached_by_a_rotation_of_the_master_key(self, settings, sealer, tx):
        before = open_view_keys(tx, sealer, now=NOON)
        old_master = bytes.fromhex((Path(settings.data_dir) / "master.key").read_text().split()[0])
        rotated = Sealer([bytes(32), old_master])

        reseal_all(tx, rotated, RESEAL_TARGETS)

        assert open_view_keys(tx, Sealer([bytes(32)]), now=NOON).current == before.current


class TestSign:
    def test_signs_the_canonical_json(self, sealer, tx):
        keys = open_view_keys(tx, sealer, now=NOON)

        signature = from_base64url(keys.sign(SHOWN))

        assert signature is not None
        VerifyKey(public_key(keys)).verify(rfc8785.dumps(SHOWN), signature)

    def test_does_not_vouch_for_anything_else(self, sealer, tx):
        keys = open_view_keys(tx, sealer, now=NOON)
        signature = from_base64url(keys.sign(SHOWN))
        altered: dict[str, Any] = {"v": 1, "payload": {"Amount": "2", "Flags": 2147483648}}

        with pytest.raises(BadSignatureError):
            VerifyKey(public_key(keys)).verify(rfc8785.dumps(altered), signature)

    @pytest.mark.parametrize("number", [2**53, -(2**53), 10**30, float("inf"), float("nan")])
    def test_refuses_a_number_that_json_cannot_carry_exactly(self, sealer, tx, number):
        with pytest.raises(NotSignable):
            open_view_keys(tx, sealer, now=NOON).sign({"n": number})
