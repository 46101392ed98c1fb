"""What may be typed for a sign request."""

import pytest

from sealgate.cli.output import Refused
from sealgate.cli.wallet.reference import payload_uuid

UUID = "0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41"


@pytest.mark.parametrize(
    "text",
    [
        UUID,
        UUID.upper(),
        f"http://localhost:8080/sign/{UUID}",
        f"https://sign.example/sign/{UUID}/qr?x=1",
        f"http://localhost:8080/sign/{UUID}_q.png",
        f"sealgate://{UUID}",
        f"  {UUID}\n",
    ],
)
def test_every_form_names_the_request(text: str) -> None:
    assert payload_uuid(text) == UUID


@pytest.mark.parametrize("text", ["", "alice", UUID[:-1], f"{UUID} 5f0d1c8e-7a52-4f0b-8a3e-1b9b6c2d4e70"])
def test_none_or_several_are_refused(text: str) -> None:
    with pytest.raises(Refused, match="does not name a sign request"):
        payload_uuid(text)
