"""`sealgate trigger`: makes an event happen in a sandbox, by doing what it tells of."""

from typing import Annotated

import typer

from sealgate.apps.webhook_model import EVENT_KINDS
from sealgate.cli.output import AsJson, print_json, say


def trigger(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="Kind of event, such as payload.signed.")],
    json: AsJson = False,
) -> None:
    """Make an event happen, by real calls to the sandbox, and show the events that came of it."""
    known = next((one for one in EVENT_KINDS if one == kind), None)
    if known is None:
        raise typer.BadParameter(f"there is no event {kind!r}; there are {', '.join(EVENT_KINDS)}")
    from sealgate.cli.triggering import Trigger

    with Trigger() as sandbox:
        events = sandbox.run(known)
    if json:
        shown = [{"number": one.number, "id": one.id, "type": one.type, "about": one.about} for one in events]
        return print_json({"kind": known, "did": sandbox.did, "events": shown})
    say(*(f"- {step}" for step in sandbox.did), "", *(f"{one.type:<18}  {one.id}  {one.about}" for one in events))
    return None
