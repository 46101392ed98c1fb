"""What may be typed for a sign request or an xApp."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.cli.output import Refused
from sealgate.cli.wallet.reference import payload_uuid, xapp_reference

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


HERE = ("http://localhost:8080", "https://sign.example")


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("shop.corner", {}),
        (" Shop.CORNER\n", {}),
        ("http://localhost:8080/detect/xapp:shop.corner", {}),
        ("http://127.0.0.1:8080/detect/xapp:shop.corner", {}),
        ("http://[::1]:8080/detect/xapp:shop.corner", {}),
        ("https://SIGN.example/detect/xapp:Shop.Corner?orderId=10%2042&x=", {"orderId": "10 42", "x": ""}),
        ("https://sign.example/detect/xapp%3Ashop.corner/some/path?a=1", {"a": "1"}),
        ("sealgate://xapp/shop.corner?orderId=1042", {"orderId": "1042"}),
    ],
)
def test_every_form_names_the_xapp_with_its_parameters(text: str, parameters: dict[str, str]) -> None:
    assert xapp_reference(text, origins=HERE) == ("shop.corner", parameters)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "a b",
        "x" * 65,
        "http://localhost:8080/sign/shop.corner",
        "http://localhost:8080/detect/xapp:",
        "http://localhost:8080/detect/xapp:%2e%2e%2fx",
        "http://[::1/detect/xapp:shop.corner",
        "http://localhost:99999/detect/xapp:shop.corner",
        "sealgate://pair/shop.corner",
        "javascript:alert(1)",
    ],
)
def test_what_names_no_xapp_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="does not name an xApp"):
        xapp_reference(text, origins=HERE)


@pytest.mark.parametrize(
    "origin",
    ["https://other.example", "http://sign.example", "http://localhost:8081", "https://sign.example.evil.example"],
)
def test_an_xapp_of_another_server_is_not_opened_here(origin: str) -> None:
    with pytest.raises(Refused, match="paired with"):
        xapp_reference(f"{origin}/detect/xapp:shop.corner", origins=HERE)


@given(st.text(max_size=60) | st.text(max_size=30).map("https://sign.example/detect/xapp:{}".format))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        identifier, _ = xapp_reference(text, origins=HERE)
    except Refused:
        return
    assert identifier == identifier.lower()
    assert 3 <= len(identifier) <= 64
