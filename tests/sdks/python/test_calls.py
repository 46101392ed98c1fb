"""One call: what is tried again, how long is waited, what a refusal becomes."""

import json
import pickle

import httpx
import pytest
from sealgate_client import (
    Misconfigured,
    NotFound,
    OAuthRefused,
    RateLimited,
    Refused,
    Sealgate,
    SealgateError,
    Unreachable,
)
from sealgate_client._calls import pause, retry_after, segment
from sealgate_client._transport import BlockingTransport

AT_NOON_S = 1_768_478_400.0  # 2026-01-15T12:00:00Z
CREATED = {"uuid": "u", "next": {"always": "https://sign.example/sign/u"}, "refs": {}, "pushed": False}


class Unhurried(BlockingTransport):
    """Remembers how long it was to wait, and does not."""

    def __init__(self, http):
        super().__init__(http)
        self.waited_s = []

    async def sleep(self, seconds):
        self.waited_s.append(seconds)


class Scripted:
    """A server that answers as it is told to, one answer after the other.

    Attributes:
        asked: The requests it got.
        waited_s: How long the client waited between them.
    """

    def __init__(self, *answers, **options):
        self._answers = list(answers)
        self.asked = []
        transport = Unhurried(httpx.Client(transport=httpx.MockTransport(self._answer)))
        self.waited_s = transport.waited_s
        self.client = Sealgate("https://sign.example", "key", "secret", **options)
        self.client._server.transport = transport

    def _answer(self, request):
        self.asked.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class TestTryingAgain:
    def test_asks_for_the_same_thing_once(self):
        server = Scripted(httpx.ReadError("broke"), httpx.Response(503), httpx.Response(200, json=CREATED))

        server.client.payloads.create({"TransactionType": "SignIn"})

        keys = {request.headers["idempotency-key"] for request in server.asked}
        assert len(server.asked) == 3
        assert len(keys) == 1
        assert "" not in keys

    def test_waits_as_long_as_it_is_told_to(self):
        told = httpx.Response(429, headers={"retry-after": "7"})
        server = Scripted(told, httpx.Response(200, json={"keys": [], "count": 0}))

        server.client.userdata.list()

        assert server.waited_s == [7.0]

    def test_does_not_wait_longer_than_its_patience(self):
        told = httpx.Response(
            429, headers={"retry-after": "3600"}, json={"error": {"code": 429, "message": "Slow down."}}
        )
        server = Scripted(told, patience_s=60)

        with pytest.raises(RateLimited) as refused:
            server.client.userdata.list()

        assert (refused.value.retry_after_s, refused.value.code, server.waited_s) == (3600.0, 429, [])

    def test_ends_after_so_many_times(self):
        server = Scripted(*[httpx.ConnectError("refused")] * 3, retries=2)

        with pytest.raises(Unreachable) as gone:
            server.client.ping()

        assert (gone.value.status, gone.value.code, len(server.waited_s)) == (0, "network", 2)

    def test_says_that_the_server_is_slow_where_it_is(self):
        server = Scripted(httpx.ReadTimeout(""), retries=0, timeout_s=2.5)

        with pytest.raises(Unreachable) as slow:
            server.client.ping()

        assert (slow.value.code, "timeout_s" in slow.value.hint) == ("timeout", True)
        assert "within 2.5 s" in slow.value.message

    def test_is_left_out_where_it_could_do_a_thing_twice(self):
        server = Scripted(httpx.ReadError("broke"))

        with pytest.raises(Unreachable):
            server.client.push.notification("Hello", user_token="t")

        assert len(server.asked) == 1

    def test_is_done_even_so_where_nothing_was_sent(self):
        refused, busy = httpx.ConnectError("refused"), httpx.Response(503, headers={"retry-after": "1"})
        server = Scripted(refused, busy, httpx.Response(200, json={"pushed": True}))

        assert server.client.push.notification("Hello", user_token="t").pushed is True

    @pytest.mark.parametrize(("failures", "least", "most"), [(0, 0.125, 0.25), (1, 0.25, 0.5), (9, 4, 8), (4000, 4, 8)])
    def test_waits_longer_each_time_within_bounds(self, failures, least, most):
        assert least <= pause(failures) <= most

    @pytest.mark.parametrize(
        ("text", "seconds"),
        [
            ("12", 12.0),
            ("Thu, 15 Jan 2026 12:00:30 GMT", 30.0),
            ("Thu, 15 Jan 2026 11:00:00 GMT", 0.0),
            ("soon", None),
            ("-1", None),
            ("²", None),
        ],
    )
    def test_reads_seconds_and_dates(self, text, seconds):
        assert retry_after({"retry-after": text}, now_s=AT_NOON_S) == seconds
        assert retry_after({}) is None


class TestARefusal:
    def test_of_the_platform_carries_all_it_says(self):
        told = {
            "reference": "r",
            "code": 602,
            "message": "No type.",
            "hint": "Use one.",
            "pointer": "/txjson",
            "docs": "d",
        }
        server = Scripted(httpx.Response(400, json={"error": told}))

        with pytest.raises(Refused) as refused:
            server.client.payloads.create({})

        error = refused.value
        assert {name: getattr(error, name) for name in told} == told
        assert str(error) == "No type. Use one. at /txjson (HTTP 400, code 602, reference r)"

    def test_of_an_unknown_path_is_read_as_well(self):
        told = {
            "error": True,
            "message": "Endpoint unknown",
            "reference": "r",
            "code": 404,
            "req": "/",
            "method": "GET",
        }
        server = Scripted(httpx.Response(404, json=told))

        with pytest.raises(NotFound) as refused:
            server.client.ping()

        assert (refused.value.code, refused.value.reference) == (404, "r")
        assert "SEALGATE_URL" in refused.value.hint

    def test_of_the_provider_has_its_word(self):
        told = {"error": "invalid_grant", "error_description": "The code was used.", "reference": "r"}
        server = Scripted(httpx.Response(400, json=told))

        with pytest.raises(OAuthRefused) as refused:
            server.client.oauth.refresh("t")

        assert (refused.value.code, refused.value.message, refused.value.reference) == (
            "invalid_grant",
            "The code was used.",
            "r",
        )

    @pytest.mark.parametrize(
        "body", [b"<html>", b"[]", b"null", b'{"error":null}', b'{"error":{"message":7}}', b"\xff"]
    )
    def test_that_is_none_of_ours_is_one_all_the_same(self, body):
        server = Scripted(httpx.Response(500, content=body, headers={"x-call-ref": "ref"}))

        with pytest.raises(SealgateError) as refused:
            server.client.ping()

        assert (refused.value.status, refused.value.reference) == (500, "ref")

    def test_goes_through_processes(self):
        error = RateLimited("Slow down.", retry_after_s=3.0, status=429, code=429, reference="r")

        again = pickle.loads(pickle.dumps(error))

        assert (type(again), again.retry_after_s, str(again)) == (RateLimited, 3.0, str(error))

    def test_is_no_json_where_a_stranger_answers(self):
        server = Scripted(httpx.Response(200, text="<h1>It works!</h1>"))

        with pytest.raises(Unreachable) as strange:
            server.client.ping()

        assert strange.value.code == "bad_answer"


class TestACall:
    def test_writes_json_as_it_is(self):
        server = Scripted(*[httpx.Response(200, json={"data": None, "stored": True})] * 2)

        server.client.storage.set({"name": "Zoë", "price": 1.5})
        server.client.storage.set(None)

        assert [request.content for request in server.asked] == ['{"name":"Zoë","price":1.5}'.encode(), b"null"]
        assert server.asked[0].headers["content-type"] == "application/json"

    def test_takes_a_transaction_or_a_whole_body(self):
        server = Scripted(*[httpx.Response(200, json=CREATED)] * 2)

        server.client.payloads.create({"TransactionType": "SignIn"}, custom_meta={"identifier": "i"})
        server.client.payloads.create({"txjson": {"TransactionType": "SignIn"}, "custom_meta": {"identifier": "i"}})

        first, second = (json.loads(request.content) for request in server.asked)
        assert first == second == {"txjson": {"TransactionType": "SignIn"}, "custom_meta": {"identifier": "i"}}

    @pytest.mark.parametrize("text", ["a/b", "..", ".", "a b", "ü", "?x=1", "#", "%2F"])
    def test_keeps_names_within_their_segment(self, text):
        server = Scripted(httpx.Response(404, json={"error": {"message": "No."}}))

        with pytest.raises(NotFound):
            server.client.payloads.get_by_identifier(text)

        path = server.asked[0].url.raw_path.decode()
        assert path == f"/api/v1/platform/payload/ci/{segment(text)}"
        assert path.count("/") == 6

    def test_needs_an_address_and_a_credential(self, monkeypatch):
        for name in ("SEALGATE_URL", "SEALGATE_API_KEY", "SEALGATE_API_SECRET"):
            monkeypatch.delenv(name, raising=False)

        with pytest.raises(Misconfigured):
            Sealgate()
        with pytest.raises(ValueError, match="no address of a server"):
            Sealgate("sign.example")
        with Sealgate("https://sign.example") as client, pytest.raises(Misconfigured) as lacking:
            client.ping()
        assert "SEALGATE_API_KEY" in lacking.value.hint

    @pytest.mark.parametrize("url", ["", "sign.example", "http://", "http://[::1", "http://a:b", "http://local host"])
    def test_needs_an_address_that_is_one(self, url, monkeypatch):
        monkeypatch.delenv("SEALGATE_URL", raising=False)

        with pytest.raises(Misconfigured) as lacking:
            Sealgate(url)

        assert "SEALGATE_URL" in lacking.value.hint

    @pytest.mark.parametrize("secret", ["s3cret\n", "s3crét", "s3cret\x00"])
    def test_says_which_credential_cannot_be_sent_and_not_what_it_is(self, secret):
        with Sealgate("https://sign.example", "key", secret) as client, pytest.raises(Misconfigured) as lacking:
            client.ping()

        assert "x-api-secret" in str(lacking.value)
        assert "s3cr" not in str(lacking.value)

    def test_takes_what_it_lacks_from_the_environment(self, monkeypatch):
        monkeypatch.setenv("SEALGATE_URL", "https://sign.example/")
        monkeypatch.setenv("SEALGATE_API_KEY", "key")
        monkeypatch.setenv("SEALGATE_API_SECRET", "secret")

        with Sealgate() as back_end, Sealgate(access_token="token") as user:
            assert (back_end.url, back_end.api_key) == ("https://sign.example", "key")
            assert back_end._server.credentials.api_secret == "secret"
            assert user._server.credentials.api_secret == "", "a user's program holds no secret"

    def test_shows_no_secret(self, monkeypatch):
        with Sealgate("https://sign.example", "key", "s3cret", access_token="t0ken") as client:
            assert "s3cret" not in repr(client._server.credentials)
            assert "t0ken" not in repr(client._server.credentials)
