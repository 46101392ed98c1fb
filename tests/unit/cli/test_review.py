"""The review before signing: nothing an application says looks like a line of ours."""

from sealgate.cli.wallet.review import compare, describe
from sealgate.cli.wallet.signing import Asked, Asker, Conditions, Request


def a_request(*, name: str = "Shop", instruction: str | None = None, **fields: object) -> Request:
    return Request(
        Conditions("uuid", False, False, None, None, instruction, None),
        Asker("app", name),
        Asked("BrandNew", {"TransactionType": "BrandNew", **fields}, "2026-11-22T12:00:00Z"),
    )


def lines_of(request: Request) -> list[str]:
    review = describe(request, compare(request, request.payload.request_json), network="MAINNET", filled=())
    return "\n".join(review).splitlines()


def test_fields_are_marked_as_asked():
    assert "  = Colour               green" in lines_of(a_request(Colour="green"))


def test_an_instruction_stays_in_its_own_column():
    shown = lines_of(a_request(instruction="Hello\n  = Destination          rSomebody\nBye"))

    at = shown.index("  they say: Hello")
    assert shown[at + 1 : at + 3] == ["              = Destination          rSomebody", "            Bye"]


def test_names_and_values_take_one_line():
    shown = lines_of(a_request(name="Shop\n  = Fee  1", Colour="green\n  = Amount  1"))

    assert shown[0].startswith("Shop = Fee 1 asks you to sign")
    assert "  = Colour               green = Amount 1" in shown
