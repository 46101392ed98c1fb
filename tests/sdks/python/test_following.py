"""Following a sign request: over broken sockets, behind other listeners, not for ever."""

import httpx
import pytest
from sealgate_client import NotFound, Sealgate, TimedOut

from tests.sdks.python.conftest import PAYMENT, SIGN_IN, dev

LIMIT_S = 30


@pytest.fixture
def stage(on_sqlite):
    """The socket is the same on both engines."""
    return on_sqlite


class TestASubscription:
    def test_goes_on_where_the_socket_broke(self, app, stage):
        request = app.payloads.create_and_subscribe(SIGN_IN, timeout_s=LIMIT_S)
        heard = iter(request)
        assert next(heard).type == "waiting"
        stage.alice.opens(request.uuid)
        assert next(heard).type == "opened"

        dev(stage, "POST", "sockets/cut")
        stage.alice.signs(request.uuid)

        kinds = [event.type for event in heard]
        assert kinds[-1] == "signed"
        assert "opened" not in kinds, "what was heard is not told again"
        assert request.resolved().response.account == stage.alice.account

    def test_has_the_outcome_that_somebody_else_heard_first(self, app, stage):
        created = app.payloads.create(SIGN_IN)
        first = app.payloads.subscribe(created.uuid, timeout_s=LIMIT_S)
        heard = iter(first)
        next(heard)
        stage.alice.signs(created.uuid)
        assert [event.type for event in heard][-1] == "signed"

        late = [event.type for event in app.payloads.subscribe(created.uuid, timeout_s=LIMIT_S)]

        assert late == ["signed"]

    @pytest.mark.parametrize("clients", ["awaited"], indirect=True)  # a restart costs seconds
    def test_has_the_outcome_although_the_server_was_away(self, app, stage):
        request = app.payloads.create_and_subscribe(PAYMENT, timeout_s=LIMIT_S)
        heard = iter(request)
        next(heard)
        stage.alice.declines(request.uuid)
        stage.operator.crashes()

        assert request.resolved().meta.signed is False

    def test_ends_when_its_time_is_over(self, app):
        request = app.payloads.create_and_subscribe(SIGN_IN, timeout_s=0.2)

        with pytest.raises(TimedOut) as late:
            list(request)

        assert late.value.code == "timeout"

    def test_can_be_left(self, app):
        request = app.payloads.create_and_subscribe(SIGN_IN, timeout_s=LIMIT_S)
        heard = iter(request)
        next(heard)

        request.close()

        assert list(heard) == []
        assert app.payloads.get(request.uuid).meta.exists

    @pytest.mark.parametrize("uuid", ["d8008431-f096-44d7-931e-477bafc05db3", "no uuid", "../../healthz"])
    def test_of_what_is_not_there_says_so(self, app, uuid):
        with pytest.raises(NotFound):
            list(app.payloads.subscribe(uuid, timeout_s=LIMIT_S))


def test_a_request_is_followed_behind_a_gateway_whose_server_is_away(monkeypatch):
    ended = {"meta": {"uuid": "u", "resolved": True, "signed": True}, "response": {"txid": "T"}}
    answers: list[Exception | httpx.Response] = [
        httpx.ReadTimeout(""),
        httpx.Response(502),
        httpx.Response(502),
        httpx.Response(200, json=ended),
    ]

    def answer(_: httpx.Request) -> httpx.Response:
        one = answers.pop(0)
        if isinstance(one, Exception):
            raise one
        return one

    monkeypatch.setattr("sealgate_client._transport.time.sleep", lambda _: None)
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        client = Sealgate("https://sign.example", "key", "secret", http=http, retries=0)

        assert [event.type for event in client.payloads.subscribe("u")] == ["signed"]
