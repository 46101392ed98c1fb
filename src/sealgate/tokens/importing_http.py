"""The admin API by which user tokens of another platform are taken in (ADR 35)."""

from typing import Annotated

import msgspec
from msgspec import Meta

from sealgate.apps.errors import AppUnknown
from sealgate.tokens import importing
from sealgate.tokens.errors import TooManyImported
from sealgate.tokens.importing import WHY, Line, Refusal
from sealgate.tokens.lifetime import LAST_SECOND
from sealgate.web.call import Call
from sealgate.web.callers import ABOUT_VALUES, Admin
from sealgate.web.routing import Router

router = Router(tags=("user tokens",))

MAX_LINES = 1_000

UnixSeconds = Annotated[int, Meta(ge=0, le=LAST_SECOND)]


class LineIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A user token and the account of its user. `issued` and `expires` are Unix seconds, where they are known."""

    token: Annotated[str, Meta(max_length=64)]
    account: Annotated[str, Meta(max_length=64)]
    issued: UnixSeconds | None = None
    expires: UnixSeconds | None = None


class LinesIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """User tokens that another platform gave out, a thousand at most."""

    tokens: Annotated[list[LineIn], Meta(max_length=MAX_LINES)]


class ImportAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Whether to say only what would be done."""

    dry_run: bool = False


class RefusedOut(msgspec.Struct):
    """A line that was not taken: its place in the list, from 0, and why."""

    index: int
    reason: Refusal
    message: str


class ImportedOut(msgspec.Struct):
    """How many tokens were taken, how many were there before, and which were refused."""

    taken: int
    known: int
    refused: list[RefusedOut]
    dry_run: bool


@router.post(
    "/api/v1/admin/apps/{uuid:uuid}/imported-user-tokens",
    caller=Admin,
    takes=LinesIn,
    query=ImportAsked,
    answers=ImportedOut,
    raises=(AppUnknown, TooManyImported),
)
async def import_user_tokens(call: Call[Admin]) -> ImportedOut:
    """Take in user tokens that an app has from another platform. The same call again changes nothing.

    Each becomes its user's when the account's own key first signs for the app here; until then it counts for nothing.
    """
    lines = [Line(line.token, line.account, line.issued, line.expires) for line in call.body.tokens]
    # What is recorded of this change is how many there were, never which.
    call.notes[ABOUT_VALUES] = {"tokens": len(lines)}
    if call.asked.dry_run:
        verdicts = await call.db.read(importing.judge, call.path["uuid"], lines, now=call.now)
    else:
        verdicts = await call.db.write(importing.import_tokens, call.path["uuid"], lines, now=call.now)
    refused = [
        RefusedOut(index, verdict, WHY[verdict])
        for index, verdict in enumerate(verdicts)
        if verdict != "taken" and verdict != "known"
    ]
    return ImportedOut(verdicts.count("taken"), verdicts.count("known"), refused, dry_run=call.asked.dry_run)
