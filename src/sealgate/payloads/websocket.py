"""The status socket `/sign/{uuid}`: a greeting, then what happens to the request (platform-api 20; design 4.28)."""

import asyncio

from sealgate.base.errors import Unavailable
from sealgate.payloads import service
from sealgate.payloads.events import resolve_message
from sealgate.payloads.hub import StatusHub
from sealgate.payloads.live import EXPIRED, OPENED, Follower, expires_in, outcome_frame, welcome
from sealgate.payloads.model import State, state_of
from sealgate.web.routing import Router
from sealgate.web.sockets import Socket

ANSWER = '{"message":"Right back at you!"}'
# One published client knows a missing payload by these three dots alone; the others only need the close (row 10).
UNKNOWN = '{"message":"...","reason":"Invalid payload!"}'
UNKNOWN_PAUSE_S = 0.1
FRAMES_PER_SECOND = 20
"""Client frames answered without delay; beyond that the server reads more slowly. Published clients send one in 2 s."""

CLOSE_DONE = 1000
CLOSE_TRY_AGAIN = 1013

router = Router(tags=("payloads",))


@router.websocket("/sign/{uuid:uuid}")
async def follow_payload(socket: Socket) -> None:
    """Tell one client what happens to a payload until it leaves."""
    uuid = socket.path["uuid"]
    hub = socket.context.get(StatusHub)
    await socket.accept()
    follower = hub.join(uuid, socket)
    try:
        if await _greet(socket, hub, follower, uuid):
            await _answer_frames(socket, follower)
    finally:
        hub.leave(uuid, follower)


async def _greet(socket: Socket, hub: StatusHub, follower: Follower, uuid: str) -> bool:
    """Tell where the payload stands; False where that is all there is to say and the socket is closed."""
    context = socket.context
    try:
        payload = await context.db.read(service.find_payload, uuid)
    except Unavailable:
        await socket.close(CLOSE_TRY_AGAIN)
        return False
    if payload is None:
        await socket.send_text(UNKNOWN)
        await asyncio.sleep(UNKNOWN_PAUSE_S)
        await socket.close(CLOSE_DONE)
        return False

    now = context.clock.now()
    state = state_of(payload, now)
    left = expires_in(payload.expires_at, now)
    if state in (State.SIGNED, State.REJECTED) and not follower.heard_outcome:
        if await hub.was_announced(uuid, now=now) and not follower.heard_outcome:
            await socket.send_text(welcome(uuid))
            await socket.close(CLOSE_DONE)
            return False
        # Nobody was there when it happened: a fast wallet must not outrun a slow subscriber.
        follower.greet(payload.expires_at, welcome(uuid))
        follower.tell_outcome(outcome_frame(resolve_message(payload)))
    elif state in (State.EXPIRED, State.CANCELLED):
        follower.greet(payload.expires_at, welcome(uuid), EXPIRED)
    elif state is State.OPENED:
        follower.greet(payload.expires_at, welcome(uuid), left, OPENED)
    else:
        follower.greet(payload.expires_at, welcome(uuid), left)
        hub.expect_expiry(payload, state)
    return True


async def _answer_frames(socket: Socket, follower: Follower) -> None:
    """Answer every frame of the client, whatever it holds, until the client leaves."""
    loop = asyncio.get_running_loop()
    second, frames = 0, 0
    while await socket.receive() is not None:
        follower.tell(ANSWER)
        if int(loop.time()) != second:
            second, frames = int(loop.time()), 0
        frames += 1
        if frames >= FRAMES_PER_SECOND:
            await asyncio.sleep(1)
