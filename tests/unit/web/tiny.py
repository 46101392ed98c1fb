"""A small application with one route of each kind, to try the glue on. `python -m tests.unit.web.tiny` serves it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from sealgate.base.clock import SystemClock
from sealgate.base.errors import SealgateError
from sealgate.base.settings import Settings
from sealgate.infra.bus import LocalBus
from sealgate.infra.counters import LocalCounters
from sealgate.infra.database import Database
from sealgate.infra.sealing import Sealer
from sealgate.web import (
    Anyone,
    Call,
    Context,
    Cors,
    EventStream,
    Lenient,
    Page,
    Raw,
    Redirect,
    Router,
    ServerSentEvent,
    Socket,
)
from sealgate.web.app import App, build_app
from sealgate.web.callers import CallerResolver, Observer, OpenDoor


class GreetIn(msgspec.Struct, forbid_unknown_fields=True):
    """Whom to greet."""

    name: str
    times: int = 1


class Greeting(msgspec.Struct):
    """The greeting."""

    text: str
    ref: str


class GreetQuery(msgspec.Struct, forbid_unknown_fields=True):
    """How to greet."""

    loud: bool = False
    limit: int = 10


class NotGreeted(SealgateError):
    """This person does not want to be greeted.

    Not even politely.
    """

    status = 409
    code = 602
    message = "This person does not want to be greeted."
    hint = "Wave."


class GreetBodyBad(SealgateError):
    """The body of a greeting cannot be used."""

    status = 400
    code = 599
    message = "The body of a greeting cannot be used."


router = Router(tags=("greetings",))


@router.post("/api/v1/greet", caller=Anyone, takes=GreetIn, answers=Greeting, raises=(NotGreeted,))
async def greet(call: Call[Anyone]) -> Greeting:
    """Greet somebody.

    As often as asked.
    """
    if call.body.name == "nobody":
        raise NotGreeted(detail="asked for nobody", pointer="/name")
    return Greeting("hello " * call.body.times + call.body.name, call.ref)


@router.post("/api/v1/lenient", caller=Anyone, takes=Lenient, answers=dict, body_error=GreetBodyBad)
async def lenient(call: Call[Anyone]) -> dict[str, Any]:
    """Answer what was sent."""
    return {"sent": call.json()}


@router.get("/api/v1/greet", caller=Anyone, query=GreetQuery, answers=dict)
async def greet_query(call: Call[Anyone]) -> dict[str, Any]:
    """Answer the query as it was understood."""
    return {"loud": call.asked.loud, "limit": call.asked.limit}


@router.get("/api/v1/people/{uuid:uuid}", caller=Anyone, answers=dict)
async def person(call: Call[Anyone]) -> dict[str, Any]:
    """Answer the parameters of the path, the query and the headers."""
    return {"path": call.path, "query": call.query, "ip": call.client_ip, "cookies": call.cookies}


@router.get("/api/v1/people/by/{name:text}", caller=Anyone, answers=dict)
async def person_by_name(call: Call[Anyone]) -> dict[str, Any]:
    """Answer the parameters of the path."""
    return dict(call.path)


@router.delete("/api/v1/people/{uuid:uuid}", caller=Anyone)
async def delete_person(call: Call[Anyone]) -> None:
    """Answer nothing."""
    call.response_headers["x-left"] = "0"


@router.get("/api/v1/boom", caller=Anyone, answers=dict)
async def boom(call: Call[Anyone]) -> dict[str, Any]:
    """Fail in a way nobody planned for."""
    raise RuntimeError("the password is hunter2")


@router.get("/api/v1/split", caller=Anyone, answers=dict)
async def split(call: Call[Anyone]) -> dict[str, Any]:
    """Pass on what a caller sent as a header."""
    call.response_headers["x-echo"] = call.query["echo"]
    return {}


began_slowly = 0


@router.get("/api/v1/slow", caller=Anyone, answers=dict)
async def slow(call: Call[Anyone]) -> dict[str, Any]:
    """Take as many seconds as asked."""
    global began_slowly
    began_slowly += 1
    await asyncio.sleep(float(call.query["s"]))
    return {"done": True}


@router.get("/api/v1/slow/begun", caller=Anyone, answers=dict)
async def begun(call: Call[Anyone]) -> dict[str, Any]:
    """Tell how many slow calls have begun."""
    return {"calls": began_slowly}


@router.get("/api/v1/events", caller=Anyone, answers=EventStream)
async def events(call: Call[Anyone]) -> EventStream:
    """Say two things and then nothing more."""

    async def say() -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent("greeting", {"text": "hello"}, "1")
        yield ServerSentEvent("greeting", "two\nlines")
        await asyncio.sleep(3600)

    return EventStream(say())


@router.get("/images/{uuid:uuid}_q.png", caller=Anyone, answers=bytes, cors=Cors(exposed_headers=("x-call-ref",)))
async def image(call: Call[Anyone]) -> Raw:
    """Answer some bytes."""
    return Raw(b"\x89PNG", "image/png")


@router.page("/page")
async def page(call: Call[Anyone]) -> Page:
    """Show the home page with icons from anywhere."""
    return Page("web/home.html", csp={"img-src": "'self' https:"}, headers={"x-frame": "no"})


@router.page("/away")
async def away(call: Call[Anyone]) -> Redirect:
    """Lead away."""
    return Redirect("https://elsewhere.example/")


@router.page("/missing")
async def missing(call: Call[Anyone]) -> Page:
    """Refuse as a page."""
    raise NotGreeted


@router.websocket("/echo/{uuid:uuid}")
async def echo(socket: Socket) -> None:
    """Say welcome and repeat."""
    await socket.accept()
    await socket.send_text(f"welcome {socket.path['uuid']}")
    while (text := await socket.receive()) is not None:
        if text == "boom":
            raise RuntimeError("boom")
        await socket.send_text(f"you said {text}")


@router.websocket("/flood")
async def flood(socket: Socket) -> None:
    """Send without end."""
    await socket.accept()
    while True:
        await socket.send_text("x" * 1000)


def make_context(settings: Settings) -> Context:
    """Return real services in the settings' data folder."""
    bus = LocalBus()
    return Context(
        settings=settings, clock=SystemClock(), db=Database.open(settings, bus), bus=bus, counters=LocalCounters(),
        sealer=Sealer.from_settings(settings),
    )  # fmt: skip


def make_app(
    settings: Settings, *routers: Router, resolver: CallerResolver | None = None, observer: Observer | None = None
) -> App:
    """Return the application of `router`, or of the given ones."""
    return build_app(make_context(settings), routers or (router,), resolver or OpenDoor(), observer)


if __name__ == "__main__":
    from sealgate.base.settings import load_settings
    from sealgate.web.server import serve

    given = load_settings()
    try:
        serve(make_app(given), given, on_ready=lambda: print("ready", flush=True))
    except SealgateError as problem:
        sys.exit(problem.message)
    print("ended in order", flush=True)
