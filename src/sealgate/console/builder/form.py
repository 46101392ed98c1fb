"""The builder's form: what was typed as the body of a request, a body as a form, and where a refusal belongs. Pure.

Inputs are named by their place: `tx.Amount.value`, `options.expire`, `custom_meta.identifier`, `user_token`.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from sealgate.console.builder.catalogue import (
    MOST_TYPE_CHARS,
    Plan,
    fields_of,
    is_known,
    plan_of,
    usual_fields,
)
from sealgate.console.builder.values import MOST_MEMOS, NotJson, NotShowable, json_of, one, read, show, text_of
from sealgate.ledger.pseudo import PSEUDO_TYPES, SIGN_IN, SIGN_IN_MARKER

MOST_FIELDS: Final = 60
_WHOLE = re.compile(r"[0-9]{1,9}", re.ASCII)
_RETURNS: Final = {"options.return_url.app": "app", "options.return_url.web": "web"}


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the form.

    Attributes:
        tx_type: The transaction type that was chosen.
        fields: The transaction fields in view, in their order.
        values: What was typed, by the input's name; of several inputs with one name all.
    """

    tx_type: str = SIGN_IN
    fields: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] = {}

    @property
    def plans(self) -> tuple[Plan, ...]:
        """How each field in view is filled in."""
        return tuple(plan for name in self.fields if (plan := plan_of(self.tx_type, name)) is not None)

    @property
    def is_pseudo(self) -> bool:
        """Whether what is signed is no ledger transaction."""
        return self.tx_type in PSEUDO_TYPES

    def one(self, name: str) -> str:
        """Return what stands in an input."""
        return self.values.get(name, ("",))[-1]

    def all(self, name: str) -> tuple[str, ...]:
        """Return what stands in all inputs of a name."""
        return self.values.get(name, ())

    def parts(self, field: str) -> dict[str, tuple[str, ...]]:
        """Return what was typed for a transaction field, by its parts."""
        own, below = f"tx.{field}", f"tx.{field}."
        parts = {name.removeprefix(below): typed for name, typed in self.values.items() if name.startswith(below)}
        return {**parts, **({"": self.values[own]} if own in self.values else {})}

    @property
    def memo_rows(self) -> int:
        """How many memos there is room for, one at least."""
        rows = (name.split(".")[0] for name in self.parts("Memos"))
        return min(MOST_MEMOS, 1 + max((int(row) for row in rows if row.isdecimal() and len(row) < 3), default=0))

    def with_memo(self) -> "Typed":
        """Return the form with room for one more memo."""
        return msgspec.structs.replace(self, values={**self.values, f"tx.Memos.{self.memo_rows}.text": ("",)})

    @property
    def has_more(self) -> bool:
        """Whether something was said that the form keeps folded."""
        return any(one(self.values, name) for name in FOLDED)

    def of_type(self, tx_type: str) -> "Typed":
        """Return the form of another type: with its usual fields, and what was typed for fields it has as well."""
        filled = [
            plan.name for plan in self.plans if any(one(self.parts(plan.name), part) for part in self.parts(plan.name))
        ]
        own = frozenset(fields_of(tx_type))
        fields = dict.fromkeys((*usual_fields(tx_type), *(name for name in filled if name in own)))
        return Typed(tx_type=tx_type, fields=tuple(fields), values=self.values)

    def with_field(self, name: str) -> "Typed":
        """Return the form with one more field in view, if the type has it."""
        if name in self.fields or name not in fields_of(self.tx_type) or len(self.fields) >= MOST_FIELDS:
            return self
        return msgspec.structs.replace(self, fields=(*self.fields, name))

    def without_field(self, name: str) -> "Typed":
        """Return the form without a field and what was typed for it."""
        values = {
            key: typed
            for key, typed in self.values.items()
            if key != f"tx.{name}" and not key.startswith(f"tx.{name}.")
        }
        return msgspec.structs.replace(self, fields=tuple(one for one in self.fields if one != name), values=values)


def new_form(tx_type: str) -> Typed:
    """Return an empty form for a type; for a SignIn where there is none for it."""
    known = tx_type if is_known(tx_type) else SIGN_IN
    return Typed(tx_type=known, fields=usual_fields(known), values={"options.submit": ("on",)})


def read_pairs(pairs: Iterable[tuple[str, str]]) -> Typed:
    """Return the form that a browser sent."""
    values: dict[str, tuple[str, ...]] = {}
    for name, typed in pairs:
        values[name] = (*values.get(name, ()), typed)
    tx_type = values.get("was", ("",))[-1][:MOST_TYPE_CHARS]
    if not is_known(tx_type):
        tx_type = SIGN_IN
    known = frozenset(fields_of(tx_type))
    fields = dict.fromkeys(name for name in values.get("fields", ("",))[-1].split(",") if name in known)
    kept = {name: typed for name, typed in values.items() if name.startswith(("tx.", "options.", "custom_meta."))}
    kept |= {name: values[name] for name in ("user_token",) if name in values}
    return Typed(tx_type=tx_type, fields=tuple(fields)[:MOST_FIELDS], values=kept)


def body_of(typed: Typed) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the request's body, and what cannot even be put into it, by the input's name."""
    problems: dict[str, str] = {}
    transaction: dict[str, Any] = {"TransactionType": typed.tx_type}
    for plan in typed.plans:
        try:
            value = read(plan, typed.parts(plan.name))
        except NotJson as problem:
            problems[f"tx.{plan.name}"] = str(problem)
            continue
        if value is not None:
            transaction[plan.name] = value
    body: dict[str, Any] = {"txjson": transaction}
    if options := _options(typed):
        body["options"] = options
    if meta := _meta(typed):
        body["custom_meta"] = meta
    if token := one(typed.values, "user_token"):
        body["user_token"] = token
    return body, problems


def _options(typed: Typed) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if not typed.is_pseudo:
        if not typed.all("options.submit"):
            options["submit"] = False
        if typed.all("options.multisign"):
            options["multisign"] = True
    if expire := one(typed.values, "options.expire"):
        options["expire"] = int(expire) if _WHOLE.fullmatch(expire) else expire
    if network := one(typed.values, "options.force_network"):
        options["force_network"] = network
    if signers := one(typed.values, "options.signers").split():
        options["signers"] = signers
    if urls := {key: url for name, key in _RETURNS.items() if (url := one(typed.values, name))}:
        options["return_url"] = urls
    return options


def _meta(typed: Typed) -> dict[str, Any]:
    texts = {
        name: one(typed.values, f"custom_meta.{name}").replace("\r\n", "\n") for name in ("identifier", "instruction")
    }
    meta: dict[str, Any] = {name: text for name, text in texts.items() if text}
    if blob := one(typed.values, "custom_meta.blob"):
        try:
            value = json_of(blob)
        except NotJson:
            value = blob
        meta["blob"] = value if isinstance(value, dict | list) else blob
    return meta


def form_of(body: Any) -> Typed:
    """Return the form of a request's body, which says the same again.

    Raises:
        NotShowable: no form does; the text names what has no place in one.
    """
    asked = (
        {str(name).lower(): value for name, value in body.items() if value is not None}
        if isinstance(body, dict)
        else {}
    )
    transaction = asked.get("txjson")
    if not isinstance(transaction, dict):
        raise NotShowable("txjson")
    tx_type = transaction.get("TransactionType")
    if not isinstance(tx_type, str) or not is_known(tx_type):
        raise NotShowable("txjson.TransactionType")
    named = tuple(
        name
        for name, value in transaction.items()
        if name not in ("TransactionType", SIGN_IN_MARKER) and value is not None
    )
    values: dict[str, tuple[str, ...]] = {}
    own = frozenset(fields_of(tx_type))
    for name in named:
        plan = plan_of(tx_type, name) if name in own and len(named) <= MOST_FIELDS else None
        if plan is None:
            raise NotShowable(f"txjson.{name}")
        for part, typed in show(plan, transaction[name]).items():
            values[f"tx.{name}.{part}" if part else f"tx.{name}"] = typed
    fields = tuple(dict.fromkeys((*usual_fields(tx_type), *named)))
    form = Typed(tx_type=tx_type, fields=fields, values=values | _typed_rest(asked))
    _check_same(asked, body_of(form)[0], tx_type)
    return form


def _typed_rest(asked: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    options, meta = asked.get("options") or {}, asked.get("custom_meta") or {}
    if not isinstance(options, dict) or not isinstance(meta, dict):
        raise NotShowable("options" if not isinstance(options, dict) else "custom_meta")
    urls = options.get("return_url")
    signers = options.get("signers")
    texts: dict[str, Any] = {
        "options.expire": options.get("expire"),
        "options.force_network": options.get("force_network"),
        "options.signers": "\n".join(map(str, signers)) if isinstance(signers, list) else None,
        **{name: urls.get(key) if isinstance(urls, dict) else None for name, key in _RETURNS.items()},
        "custom_meta.identifier": meta.get("identifier"),
        "custom_meta.instruction": meta.get("instruction"),
        "custom_meta.blob": text_of(blob) if isinstance(blob := meta.get("blob"), dict | list) else blob,
        "user_token": asked.get("user_token"),
    }
    typed: dict[str, tuple[str, ...]] = {name: (str(text),) for name, text in texts.items() if text is not None}
    if options.get("submit", True) is True:
        typed["options.submit"] = ("on",)
    if options.get("multisign", False) is True:
        typed["options.multisign"] = ("on",)
    return typed


def _check_same(asked: Mapping[str, Any], again: Mapping[str, Any], tx_type: str) -> None:
    """Refuse a form that would say something else than the body it was made of."""
    wanted, got = _flat(_plain(asked, tx_type)), _flat(_plain(again, tx_type))
    for place in (*wanted, *got):
        if wanted.get(place) != got.get(place):
            raise NotShowable(place)


def _plain(body: Mapping[str, Any], tx_type: str) -> dict[str, Any]:
    """Return a body without what says nothing: nulls, empty groups, options that are the default."""
    plain = {}
    for name, value in body.items():
        if isinstance(value, dict):
            value = {key: inner for key, inner in value.items() if inner is not None}
            if name == "options":
                usual = {"submit": tx_type not in PSEUDO_TYPES, "multisign": False}
                value = {key: inner for key, inner in value.items() if key not in usual or inner is not usual[key]}
            if name == "txjson" and tx_type == SIGN_IN:
                value.pop(SIGN_IN_MARKER, None)
        if value not in (None, {}):
            plain[name] = value
    return plain


def _flat(body: Mapping[str, Any]) -> dict[str, bytes]:
    flat = {}
    for name, value in body.items():
        for key, inner in value.items() if isinstance(value, dict) else (("", value),):
            # As JSON: in Python True is 1.
            flat[f"{name}.{key}" if key else name] = msgspec.json.encode(inner, order="sorted")
    return flat


def field_of(pointer: str | None) -> str:
    """Return the transaction field that a refusal's JSON pointer is about, empty where it is about none."""
    steps = _steps(pointer)
    return steps[1] if steps[:1] == ["txjson"] and len(steps) > 1 else ""


def place_of(pointer: str | None, typed: Typed) -> str:
    """Return the name of the input that a refusal's JSON pointer is about, empty where it is about none in view."""
    field = field_of(pointer)
    if field == "TransactionType":
        return "type"
    if field:
        return f"tx.{field}" if field in typed.fields else ""
    # An entry of a list is typed where the whole list is.
    steps = _steps(pointer)
    name = ".".join(steps[:3] if steps[1:2] == ["return_url"] else steps[:2])
    return name if name in _INPUTS else ""


def _steps(pointer: str | None) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in (pointer or "").split("/")[1:]]


FOLDED = frozenset(
    {
        "options.expire",
        "options.force_network",
        "options.signers",
        *_RETURNS,
        "custom_meta.identifier",
        "custom_meta.blob",
    }
)
_INPUTS = FOLDED | {"custom_meta.instruction", "user_token"}
