"""Seeds and keys, against xrpl-py."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xrpl.constants import CryptoAlgorithm
from xrpl.core.addresscodec import encode_seed as oracle_encode_seed
from xrpl.core.keypairs import derive_classic_address, derive_keypair
from xrpl.core.keypairs import sign as oracle_sign

from sealgate.ledger.crypto import sign
from sealgate.ledger.errors import InvalidSeed
from sealgate.ledger.keys import KeyPair, decode_seed, encode_seed, generate_seed, key_pair_from_seed

ALGORITHMS = pytest.mark.parametrize("algorithm", ["ed25519", "secp256k1"])


class TestSeeds:
    @ALGORITHMS
    @settings(max_examples=10)
    @given(entropy=st.binary(min_size=16, max_size=16))
    def test_lead_to_the_same_keys_and_signatures_as_xrpl_py(self, algorithm, entropy):
        seed = encode_seed(entropy, algorithm)

        key = key_pair_from_seed(seed)

        assert seed == oracle_encode_seed(entropy, CryptoAlgorithm(algorithm))
        public, private = derive_keypair(seed)
        assert (key.public_key.hex().upper(), key.private_key.hex().upper()) == (public, private[2:])
        assert key.address == derive_classic_address(public)
        assert sign(b"message", key).hex().upper() == oracle_sign(b"message", private)

    @ALGORITHMS
    def test_are_new_every_time(self, algorithm):
        seeds = {generate_seed(algorithm) for _ in range(20)}

        assert len(seeds) == 20
        assert {decode_seed(seed)[1] for seed in seeds} == {algorithm}

    @pytest.mark.parametrize(
        "text", ["", "s", "sEdTEReSUiFXKBRUPcMUo6XaPMoKjXj", "rNmA127KQNq7oQ4ZG1EFwoV968ynsDPGR8", "0" * 40]
    )
    def test_that_are_none_are_refused_without_being_repeated(self, text):
        with pytest.raises(InvalidSeed) as refusal:
            key_pair_from_seed(text)

        assert not text or text not in str(refusal.value).split()


class TestKeyPair:
    def test_does_not_show_its_secret(self):
        key = KeyPair.from_private_key("ed25519", b"\x07" * 32)

        assert key.private_key.hex() not in repr(key)
        assert repr(key.private_key) not in repr(key)

    @pytest.mark.parametrize("secret", [b"", bytes(31), bytes(32), b"\xff" * 32])
    def test_needs_a_private_key_of_the_curve(self, secret):
        with pytest.raises(InvalidSeed):
            KeyPair.from_private_key("secp256k1", secret)

    def test_a_seed_has_sixteen_bytes(self):
        with pytest.raises(InvalidSeed):
            encode_seed(b"short", "ed25519")
