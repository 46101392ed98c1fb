"""The guide to outcomes, as pasted: its receipt reader, and its networks file."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import RSAKey

from sealgate.base.settings import Settings, load_settings
from sealgate.infra.networks import install_networks, nodes_of
from sealgate.ledger.networks import NETWORKS, know_networks

PAGE = (Path(__file__).resolve().parents[2] / "docs/guides/outcomes.md").read_text()
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
ISSUER, APP = "https://sign.example", "5f0d1c8e-7a52-4f0b-8a3e-1b9b6c2d4e70"


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def read_receipt() -> Callable[..., dict[str, Any]]:
    names: dict[str, Any] = {}
    exec(block("python"), names)
    reader: Callable[..., dict[str, Any]] = names["read_receipt"]
    return reader


def receipt(*, typ: str = "payload-receipt+jwt", aud: str = APP) -> str:
    claims = f'{{"iss":"{ISSUER}","aud":"{aud}","verified":{{"validated":true}}}}'
    return jws.serialize_compact({"alg": "RS256", "kid": "one", "typ": typ}, claims.encode(), KEY)


def jwks() -> dict[str, Any]:
    return {"keys": [KEY.as_dict(private=False)]}


def test_a_receipt_is_read(read_receipt):
    assert read_receipt(receipt(), jwks(), issuer=ISSUER, api_key=APP)["verified"] == {"validated": True}


@pytest.mark.parametrize("other", [{"typ": "at+jwt"}, {"aud": "another"}])
def test_another_token_is_none(read_receipt, other):
    with pytest.raises(ValueError, match="receipt"):
        read_receipt(receipt(**other), jwks(), issuer=ISSUER, api_key=APP)


def test_a_changed_receipt_is_none(read_receipt):
    head, claims, signature = receipt().split(".")
    with pytest.raises(BadSignatureError):
        read_receipt(f"{head}.{claims[:-2]}QQ.{signature}", jwks(), issuer=ISSUER, api_key=APP)


def test_the_networks_file_and_the_nodes_are_understood(tmp_path):
    (tmp_path / "our-definitions.json").write_bytes(
        (Path(__file__).resolve().parents[2] / "src/sealgate/ledger/data/xrpl.json").read_bytes()
    )
    (tmp_path / "networks.toml").write_text(block("toml"))
    name, _, value = block("sh").strip().partition("=")
    try:
        install_networks(Settings(networks_file=str(tmp_path / "networks.toml")))

        assert NETWORKS["OURS"].network_id == 99001
        assert len(nodes_of(load_settings({name: value}))["MAINNET"]) == 3
    finally:
        know_networks(())
