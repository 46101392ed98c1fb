"""What somebody composed, in the form or as JSON, and what the API's own checks say of it. Pure."""

from collections.abc import Mapping
from typing import Any

import msgspec

from sealgate.base.errors import SealgateError
from sealgate.console.builder.form import Typed, body_of, field_of, form_of, new_form, place_of, read_pairs
from sealgate.console.builder.values import NotJson, NotShowable, json_of, text_of
from sealgate.payloads.draft import CheckedDraft, check_draft

JSON_INPUT = "json"


class Composed(msgspec.Struct, frozen=True, kw_only=True):
    """A request on its way.

    Attributes:
        typed: The form, None where the request is written as JSON.
        text: The body as JSON: to be sent, or as it was written.
        draft: The request, if it passed every check.
        problems: Why not, by the name of the input; the empty name stands for none in view.
    """

    typed: Typed | None
    text: str
    draft: CheckedDraft | None = None
    problems: Mapping[str, str] = {}


def of_form(typed: Typed, *, network: str | None = None) -> Composed:
    """Check what stands in the form."""
    body, problems = body_of(typed)
    text, draft = text_of(body), None
    try:
        draft = check_draft(body, network=network)
    except SealgateError as refusal:
        # A field that is missing comes into view.
        typed = typed.with_field(field_of(refusal.pointer))
        problems.setdefault(place_of(refusal.pointer, typed), _words(refusal))
    return Composed(typed=typed, text=text, draft=None if problems else draft, problems=problems)


def of_text(text: str, *, network: str | None = None) -> Composed:
    """Check a body written as JSON."""
    try:
        body = json_of(text)
        return Composed(typed=None, text=text, draft=check_draft(body, raw=text.encode(), network=network))
    except NotJson as problem:
        return Composed(typed=None, text=text, problems={JSON_INPUT: str(problem)})
    except SealgateError as refusal:
        at = f" At {refusal.pointer}." if refusal.pointer else ""
        return Composed(typed=None, text=text, problems={JSON_INPUT: f"{_words(refusal)}{at}"})


def as_form(text: str, *, network: str | None = None) -> Composed:
    """Turn a body written as JSON into the form; it stays JSON, with the reason, where the form cannot say it."""
    try:
        return of_form(form_of(json_of(text)), network=network)
    except NotJson as problem:
        return Composed(typed=None, text=text, problems={JSON_INPUT: str(problem)})
    except NotShowable as problem:
        reason = f"The form has no place for {problem} as it is written here. It can be sent as JSON."
        return Composed(typed=None, text=text, problems={JSON_INPUT: reason})


def start(body: Any = None, *, tx_type: str = "", network: str | None = None) -> Composed:
    """Begin with an empty form, or with the body of an earlier request."""
    if body is None:
        return of_form(new_form(tx_type), network=network)
    return as_form(text_of(body), network=network)


def sent(pairs: tuple[tuple[str, str], ...], *, do: str, network: str | None = None) -> Composed:
    """Return what a browser sent, after what its button does.

    Args:
        do: `type`, `add`, `memo`, `remove:<field>`, `as-json`, `as-form`; anything else checks and changes nothing.
        network: Key of the network that the app's requests are for where they name none.
    """
    fields = dict(pairs)
    if fields.get("mode") == "json":
        text = fields.get(JSON_INPUT, "").replace("\r\n", "\n")
        return (as_form if do == "as-form" else of_text)(text, network=network)
    typed, wanted = read_pairs(pairs), fields.get("type", "")
    if is_other(fields):
        typed = typed.of_type(wanted)
    if do == "add":
        typed = typed.with_field(fields.get("add", ""))
    if do == "memo":
        typed = typed.with_memo()
    if do.startswith("remove:"):
        typed = typed.without_field(do.removeprefix("remove:"))
    made = of_form(typed, network=network)
    return of_text(made.text, network=network) if do == "as-json" else made


def is_other(fields: Mapping[str, str]) -> bool:
    """Tell whether another type was chosen than the one whose fields were in view."""
    wanted = fields.get("type", "")
    return fields.get("mode") != "json" and wanted != fields.get("was", "") and new_form(wanted).tx_type == wanted


def _words(refusal: SealgateError) -> str:
    return f"{refusal.message} {refusal.hint}" if refusal.hint else refusal.message
