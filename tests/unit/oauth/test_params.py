from typing import Any

import pytest

from sealgate.oauth.errors import InvalidRequest
from sealgate.oauth.params import read_params, required, shown
from sealgate.web.errors import BodyTooLarge, BodyUnusable, QueryInvalid
from sealgate.web.strict_json import parse_json

pytestmark = pytest.mark.anyio

FORM = "application/x-www-form-urlencoded"


class Caller:
    """A call with a body."""

    def __init__(self, body: bytes, content_type: str | None) -> None:
        self.headers = {} if content_type is None else {"content-type": content_type}
        self._body = body

    async def read_body(self):
        return self._body

    def json(self):
        return parse_json(self._body, max_depth=32)


async def read(body: bytes, content_type: str | None = FORM) -> Any:
    caller: Any = Caller(body, content_type)
    return await read_params(caller)


class TestTheParametersOfACall:
    @pytest.mark.parametrize("content_type", [FORM, f"{FORM};charset=UTF-8", None, "text/plain"])
    async def test_are_a_form(self, content_type):
        assert await read(b"code=a%2Bb+c&state=%C3%A4", content_type) == {"code": "a+b c", "state": "ä"}

    @pytest.mark.parametrize(
        "content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"]
    )
    async def test_may_be_json(self, content_type):
        assert await read(b'{"code": "a", "scope": null, "state": ""}', content_type) == {"code": "a"}

    async def test_without_a_value_are_absent(self):
        assert await read(b"code=&scope&state=x") == {"state": "x"}

    async def test_may_be_none_at_all(self):
        assert await read(b"") == {}

    @pytest.mark.parametrize(
        ("body", "content_type", "refusal"),
        [
            (b"code=a&code=a", FORM, InvalidRequest),
            (b"code=&code=a", FORM, InvalidRequest),
            (b"code=%ff", FORM, QueryInvalid),
            (b"code=%00", FORM, QueryInvalid),
            (b"&".join(b"p%d=x" % number for number in range(70)), FORM, QueryInvalid),
            (b"x" * 32_769, FORM, BodyTooLarge),
            (b"[1]", "application/json", InvalidRequest),
            (b'{"code": ["a"]}', "application/json", InvalidRequest),
            (b'{"code": "a", "code": "b"}', "application/json", BodyUnusable),
            (b"{", "application/json", BodyUnusable),
        ],
        ids=["twice", "twice, once empty", "not UTF-8", "NUL", "too many", "too large", "array", "list", "member twice",
             "half"],
    )  # fmt: skip
    async def test_must_be_clear(self, body, content_type, refusal):
        with pytest.raises(refusal):
            await read(body, content_type)

    async def test_that_are_missing_are_named(self):
        with pytest.raises(InvalidRequest, match="token"):
            required({}, "token")

    async def test_are_named_without_what_could_do_harm(self):
        assert shown('a"b\\c\x1b\u202e' + "x" * 100) == "a?b?c??" + "x" * 57
