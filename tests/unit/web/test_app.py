"""From a message to an answer: envelopes, methods, headers, failures."""

import json
import re
from typing import Any

import httpx
import pytest

from sealgate.base.ids import as_uuid
from sealgate.web import Anyone, Call, Router
from sealgate.web.app import App, build_app
from sealgate.web.callers import OpenDoor
from tests.unit.web.tiny import GreetBodyBad, NotGreeted, make_app, make_context, router

pytestmark = pytest.mark.anyio

UUID = "5f0d1c8e-7a52-4f0b-8a3e-1b9b6c2d4e70"


class TestAnswers:
    async def test_decodes_the_body_and_encodes_the_answer(self, client):
        answer = await client.post("/api/v1/greet", content=b'{"name":"alice","times":2}')

        assert answer.status_code == 200
        assert answer.json() == {"text": "hello hello alice", "ref": answer.headers["x-call-ref"]}
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        assert b", " not in answer.content
        assert as_uuid(answer.headers["x-call-ref"])

    async def test_takes_json_whatever_the_content_type_says(self, client):
        answer = await client.post("/api/v1/greet", content=b'{"name":"a"}', headers={"content-type": "text/plain"})

        assert answer.status_code == 200

    @pytest.mark.parametrize("path", ["/api/v1/greet/", "/API/v1/GREET"])
    async def test_takes_a_slash_at_the_end_and_any_case_without_a_redirect(self, client, path):
        assert (await client.post(path, content=b'{"name":"a"}')).status_code == 200

    async def test_ignores_a_body_nobody_asked_for(self, client):
        answer = await client.request(
            "GET", f"/api/v1/people/{UUID.upper()}?a=1&b=%20x&a=2", content=b"{", headers={"cookie": "s=1; t=a=b"}
        )

        assert answer.json() == {
            "path": {"uuid": UUID},
            "query": {"a": "2", "b": " x"},
            "ip": "127.0.0.1",
            "cookies": {"s": "1", "t": "a=b"},
        }

    async def test_answers_head_as_get_without_the_body(self, client):
        whole = await client.get(f"/api/v1/people/{UUID}")
        head = await client.head(f"/api/v1/people/{UUID}")

        assert head.status_code == 200
        assert head.content == b""
        assert head.headers["content-length"] == whole.headers["content-length"]

    async def test_answers_204_without_a_body_where_there_is_nothing_to_say(self, client):
        answer = await client.delete(f"/api/v1/people/{UUID}")

        assert answer.status_code == 204
        assert "content-length" not in answer.headers
        assert answer.headers["x-left"] == "0"

    async def test_leads_on(self, client):
        answer = await client.get("/away")

        assert answer.status_code == 303
        assert answer.headers["location"] == "https://elsewhere.example/"

    async def test_reads_the_query_as_a_type(self, client):
        assert (await client.get("/api/v1/greet?loud=true&limit=3")).json() == {"loud": True, "limit": 3}


class TestRefusals:
    async def test_a_refusal_below_api_is_soft_and_helps(self, client):
        answer = await client.post("/api/v1/greet", content=b'{"name":"nobody"}')

        assert answer.status_code == 409
        assert answer.json() == {
            "error": {
                "reference": answer.headers["x-call-ref"],
                "code": 602,
                "message": NotGreeted.message,
                "hint": "Wave.",
                "pointer": "/name",
                "docs": "https://gate.example/docs/errors#not-greeted",
            }
        }

    @pytest.mark.parametrize(
        ("method", "path", "allow"),
        [
            ("GET", "/api/v1/nope?a=1", None),
            ("PUT", "/api/v1/greet", "GET, HEAD, POST"),
            ("OPTIONS", "/api/v1/greet", "GET, HEAD, POST"),
            ("GET", "/api/v1/people/not-a-uuid", None),
            ("GET", "/API/v1/nope", None),
        ],
    )
    async def test_an_unknown_endpoint_or_method_is_fatal(self, client, method, path, allow):
        answer = await client.request(method, path)

        assert answer.status_code == 404
        assert answer.json() == {
            "error": True,
            "message": "Endpoint unknown or method invalid for given endpoint",
            "reference": answer.headers["x-call-ref"],
            "code": 404,
            "req": path.partition("?")[0][4:],
            "method": method,
        }
        assert answer.headers.get("allow") == allow

    async def test_elsewhere_a_refusal_is_a_page(self, client):
        unknown = await client.get("/nope")
        method = await client.post("/page")
        refused = await client.get("/missing")

        assert [unknown.status_code, method.status_code, refused.status_code] == [404, 405, 409]
        assert method.headers["allow"] == "GET, HEAD"
        assert all(one.headers["content-type"] == "text/html; charset=utf-8" for one in (unknown, method, refused))
        assert NotGreeted.message in refused.text
        assert refused.headers["x-call-ref"] in refused.text

    async def test_what_nobody_planned_for_is_logged_and_not_told(self, client, capsys):
        answer = await client.get("/api/v1/boom")

        assert answer.status_code == 500
        assert answer.json()["error"] is True
        assert answer.json()["code"] == 500
        assert "hunter2" not in answer.text
        assert "hunter2" in "".join(capsys.readouterr())

    async def test_an_answer_header_cannot_be_split(self, client):
        answer = await client.get("/api/v1/split?echo=a%0D%0Ax-evil:%201")

        assert answer.status_code == 500
        assert "x-evil" not in answer.headers

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/api/v1/people/by/" + "a" * 3000, 414),
            ("/api/v1/greet?limit=" + "1" * 17_000, 414),
            ("/api/v1/greet?" + "a=1&" * 70, 400),
            ("/api/v1/greet?limit=%FF", 400),
            ("/api/v1/greet?limit=1%00", 400),
            ("/api/v1/greet?limit=one", 400),
            ("/api/v1/greet?unknown=1", 400),
        ],
    )
    async def test_refuses_a_path_or_a_query_it_cannot_use(self, client, path, status):
        answer = await client.get(path)

        assert answer.status_code == status
        assert answer.json()["error"]["code"] == status


class TestBodies:
    @pytest.mark.parametrize(
        ("body", "slug", "pointer"),
        [
            (b"", "body-missing", None),
            (b"{", "body-not-json", None),
            (b'{"name":NaN}', "body-not-json", None),
            (b'{"name":"a","name":"b"}', "body-ambiguous", None),
            (b'{"name":' + b"[" * 9 + b"]" * 9 + b"}", "body-too-deep", None),
            (b"[]", "body-invalid", ""),
            (b'{"name":1}', "body-invalid", "/name"),
            (b'{"name":"a","times":"2"}', "body-invalid", "/times"),
            (b'{"name":"a","extra":1}', "body-invalid", ""),
        ],
    )
    async def test_says_what_is_wrong_and_where(self, client, body, slug, pointer):
        answer = await client.post("/api/v1/greet", content=body)

        error = answer.json()["error"]
        assert answer.status_code == 400
        assert error["docs"].endswith(f"#{slug}")
        assert error.get("pointer") == pointer

    @pytest.mark.parametrize("body", [b"", b"{", b'{"a":1,"a":1}', b"\xff"])
    async def test_speaks_with_the_code_of_the_route_where_it_has_one(self, client, body):
        answer = await client.post("/api/v1/lenient", content=body)

        assert answer.status_code == 400
        assert answer.json()["error"]["code"] == GreetBodyBad.code

    async def test_takes_a_body_of_exactly_the_limit(self, client):
        body = b'"' + b"a" * 2046 + b'"'

        assert (await client.post("/api/v1/lenient", content=body)).status_code == 200

    @pytest.mark.parametrize("size", [2049, 100_000])
    async def test_refuses_a_body_over_the_limit_however_it_is_sent(self, client, size):
        async def chunks():
            for _ in range(size // 1000 + 1):
                yield b"a" * 1000

        declared = await client.post("/api/v1/lenient", content=b"a" * size)
        chunked = await client.post("/api/v1/lenient", content=chunks())

        assert declared.status_code == chunked.status_code == 413
        assert declared.json()["error"]["code"] == 413

    async def test_a_client_that_leaves_in_the_middle_of_its_body_is_let_go(self, app):
        sent: list[Any] = []
        messages = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])

        async def receive() -> Any:
            return next(messages)

        async def send(message: Any) -> None:
            sent.append(message)

        await app(post_scope("/api/v1/greet"), receive, send)

        assert sent == []


class TestCors:
    async def test_only_routes_that_say_so_may_be_called_by_other_origins(self, client):
        image = await client.get(f"/images/{UUID}_q.png")
        greeting = await client.get("/api/v1/greet")

        assert image.headers["access-control-allow-origin"] == "*"
        assert image.headers["access-control-expose-headers"] == "x-call-ref"
        assert "access-control-allow-origin" not in greeting.headers

    async def test_answers_a_preflight_without_a_body(self, client):
        answer = await client.options(f"/images/{UUID}_q.png", headers={"origin": "https://shop.example"})

        assert answer.status_code == 200
        assert answer.content == b""
        assert answer.headers["access-control-allow-methods"] == "GET, OPTIONS"


class Notes:
    """Writes down what it hears, and fails when told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, int, object]] = []
        self.fails = False

    def answered(self, call: Call[Any], status: int, error_code: int | str | None, duration_s: float) -> None:
        assert duration_s >= 0
        self.heard.append((call.route.path, status, error_code))
        if self.fails:
            raise RuntimeError("no paper")


class TestObserver:
    async def test_hears_of_every_call_of_a_known_route_below_api(self, settings):
        notes = Notes()
        async with caller_of(make_app(settings, observer=notes)) as client:
            await client.post("/api/v1/greet", content=b'{"name":"a"}')
            await client.post("/api/v1/greet", content=b'{"name":"nobody"}')
            await client.get("/api/v1/boom")
            await client.get("/api/v1/nope")
            await client.get("/page")

        assert notes.heard == [
            ("/api/v1/greet", 200, None),
            ("/api/v1/greet", 409, 602),
            ("/api/v1/boom", 500, 500),
        ]

    async def test_cannot_spoil_an_answer(self, settings):
        notes = Notes()
        notes.fails = True
        async with caller_of(make_app(settings, observer=notes)) as client:
            assert (await client.get("/api/v1/greet")).status_code == 200


class Member:
    """A caller with a name."""

    def __init__(self, name: str) -> None:
        self.name = name


class Guard(OpenDoor):
    """Knows members by a header, and reads the body of those who ask for it."""

    async def resolve(self, kind: type[Any], call: Call[Any]) -> object:
        call.response_headers["x-guard"] = "seen"
        if "x-name" not in call.headers:
            raise NotGreeted
        if "x-signed" in call.headers:
            await call.read_body()
        return Member(call.headers["x-name"])


members = Router()


@members.post("/api/v1/me", caller=Member, takes=dict, answers=dict, limit="me")
async def me(call: Call[Member]) -> dict[str, Any]:
    """Answer who calls and what was sent."""
    return {"name": call.caller.name, "limit": call.route.limit, "body": call.body}


class TestResolver:
    async def test_tells_the_handler_who_calls_and_may_read_the_body_first(self, settings):
        async with caller_of(make_app(settings, members, resolver=Guard())) as client:
            plain = await client.post("/api/v1/me", content=b'{"a":1}', headers={"x-name": "bob"})
            signed = await client.post("/api/v1/me", content=b'{"a":1}', headers={"x-name": "bob", "x-signed": "1"})

        assert plain.json() == signed.json() == {"name": "bob", "limit": "me", "body": {"a": 1}}

    async def test_refuses_before_the_body_is_read_and_its_headers_go_out_too(self, settings):
        async with caller_of(make_app(settings, members, resolver=Guard())) as client:
            answer = await client.post("/api/v1/me", content=b"not json")

        assert answer.status_code == 409
        assert answer.headers["x-guard"] == "seen"


class TestBuildApp:
    async def test_refuses_two_routes_for_one_call(self, settings):
        with pytest.raises(ValueError, match="declared twice"):
            make_app(settings, router, router)

    async def test_gives_a_protocol_its_own_envelope_by_prefix(self, settings):
        def words(call, refusal):
            return json.dumps({"error": refusal.slug()}).encode(), [(b"content-type", b"application/json")]

        own = Router()

        @own.get("/token", caller=Anyone, answers=dict)
        async def token(call: Call[Anyone]) -> dict[str, Any]:
            raise NotGreeted

        app = build_app(make_context(settings), (own,), OpenDoor(), envelopes=[("/token", words)])
        async with caller_of(app) as client:
            assert (await client.get("/token")).json() == {"error": "not-greeted"}
            assert (await client.post("/token")).json() == {"error": "method-unknown"}


async def test_the_public_address_never_comes_from_the_request(client):
    answer = await client.post(
        "/api/v1/greet", content=b"", headers={"host": "evil.example", "x-forwarded-host": "evil.example"}
    )

    assert "evil" not in answer.text
    assert re.match(r"https://gate\.example/docs/errors#", answer.json()["error"]["docs"])


def caller_of(app: App) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://anything.example")


def post_scope(path: str) -> dict[str, Any]:
    return {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"", "headers": [],
        "client": ("127.0.0.1", 1),
    }  # fmt: skip
