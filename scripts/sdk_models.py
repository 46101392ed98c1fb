"""The models of both client libraries, written from one description: docs/openapi.json and docs/asyncapi.json.

`python_models` and `typescript_models` return the text of `sealgate_client/models.py` and of `sdk/js/src/models.ts`;
`scripts.docs` writes or compares them. What generators at hand make of the description was no better: ADR 33.
"""

import json
import keyword
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 120
Schema = dict[str, Any]

# What apps call. Wallets, operators and the console have their own shapes, and client libraries call none of it.
OFFERED = re.compile(r"/api/v1/(platform|jwt)/|/\.well-known/sealgate-webhook-keys$")
# Names that several slices use are told apart by their module in the description.
RENAMED = {
    "sealgate.lookups.ping.PingAuth": "PingAuth",
    "sealgate.lookups.ping.PingCall": "PingCall",
    "sealgate.lookups.rails.EndpointOut": "RailEndpoint",
    "sealgate.payloads.wire.Meta": "PayloadMeta",
    "sealgate.payloads.wire.Request": "PayloadRequestOut",
    "sealgate.payloads.wire.Response": "PayloadResponse",
    "sealgate.userdata.wire.KeysOut": "KeysOut",
}
RENAMED_EVENTS = {"PayloadResponse": "ResolvedResponse", "ReturnUrls": "ResolvedReturnUrls"}
OPEN = {"UserPong"}
"""Models whose members depend on the user's token."""


@dataclass(frozen=True)
class Member:
    """A member of a model.

    Attributes:
        present: Whether it is always there; in a question: whether it must be.
    """

    name: str
    schema: Schema
    text: str
    present: bool


@dataclass
class Model:
    """One shape.

    Attributes:
        asked: It is what a client sends, not what it gets.
    """

    name: str
    text: str
    asked: bool
    members: list[Member] = field(default_factory=list)


def read_models() -> list[Model]:
    """Return the shapes of the calls that apps make and of the events they are sent, by name."""
    openapi = json.loads((ROOT / "docs/openapi.json").read_text())
    asyncapi = json.loads((ROOT / "docs/asyncapi.json").read_text())
    schemas: dict[str, Schema] = openapi["components"]["schemas"]
    answered, asked = _reached(openapi)
    models = {_known_as(name): _model(_known_as(name), schemas[name], asked=name in asked) for name in answered | asked}
    for name, schema in asyncapi["components"]["schemas"].items():
        named = RENAMED_EVENTS.get(name, name)
        models.setdefault(named, _model(named, _renamed(schema, RENAMED_EVENTS), asked=False))
    return [models[name] for name in sorted(models)]


def _reached(openapi: Schema) -> tuple[set[str], set[str]]:
    """Return the names of the shapes in answers and in questions, with all that they are made of."""
    schemas = openapi["components"]["schemas"]
    answered, asked = {"ErrorDetails"}, set()
    for path, methods in openapi["paths"].items():
        if not OFFERED.match(path):
            continue
        for operation in methods.values():
            answered |= set(_references(operation["responses"].get("200", {})))
            asked |= set(_references(operation.get("requestBody", {})))
    return _closed(answered, schemas), _closed(asked, schemas)


def _closed(names: set[str], schemas: dict[str, Schema]) -> set[str]:
    closed: set[str] = set()
    while names:
        closed |= names
        names = {found for name in names for found in _references(schemas[name])} - closed
    return closed


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"].rsplit("/", 1)[1]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _renamed(node: Any, names: dict[str, str]) -> Any:
    if isinstance(node, list):
        return [_renamed(value, names) for value in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        head, _, last = node["$ref"].rpartition("/")
        return {**node, "$ref": f"{head}/{names.get(last, last)}"}
    return {key: _renamed(value, names) for key, value in node.items()}


def _known_as(name: str) -> str:
    return RENAMED.get(name, name)


def _model(name: str, schema: Schema, *, asked: bool) -> Model:
    text, of_members = _documented(schema.get("description", ""))
    model = Model(name, text, asked)
    required = set(schema.get("required", ()))
    for member, shape in schema.get("properties", {}).items():
        # The server leaves nothing out of its answers that has a default.
        present = member in required or (not asked and "default" in shape)
        told = of_members.get(member) or _plain(_description(shape))
        model.members.append(Member(member, shape, told, present))
    return model


def _documented(description: str) -> tuple[str, dict[str, str]]:
    """Return a docstring's text without its references to specifications, and what it says of members."""
    text, _, attributes = description.partition("Attributes:")
    members: dict[str, str] = {}
    for entry in re.split(r"\n\s*(?=[\w, ]+: )", "\n" + textwrap.dedent(attributes)):
        names, colon, told = entry.strip().partition(": ")
        if colon:
            members |= {name.strip(): _plain(told) for name in names.split(",")}
    return _plain(text), members


def _plain(text: str) -> str:
    text = re.sub(r"\s*\(`?(platform|wallet)-api`? [\d., and`-]+\)", "", text)
    return re.sub(r"\s+", " ", re.sub(r" as `platform-api` [\d.]+ shows it", "", text)).strip()


def _description(shape: Schema) -> str:
    for one in (shape, *shape.get("anyOf", ())):
        if "description" in one:
            return str(one["description"])
    return ""


@dataclass(frozen=True)
class Language:
    """How a language writes a type."""

    words: dict[str, str]
    any: str
    list_of: str
    map_of: str

    def type_of(self, schema: Schema) -> str:
        """Return the type in this language."""
        if "$ref" in schema:
            return _known_as(schema["$ref"].rsplit("/", 1)[1])
        if "anyOf" in schema:
            return " | ".join(dict.fromkeys(self._in_union(self.type_of(one)) for one in self._members(schema)))
        if "const" in schema or "enum" in schema:
            return self.literal(schema.get("enum", [schema.get("const")]))
        kind = schema.get("type")
        if kind == "array":
            return self.list_of.format(self._in_union(self.type_of(schema.get("items", {}))))
        if kind == "object":
            return self.map_of.format(self.type_of(schema.get("additionalProperties") or {}))
        return self.words[kind] if isinstance(kind, str) else self.any

    def literal(self, values: list[Any]) -> str:
        """Return the type of a few values."""
        raise NotImplementedError

    @staticmethod
    def _members(schema: Schema) -> list[Schema]:
        # Two sets of words are one: their union would be written twice.
        words = [word for one in schema["anyOf"] for word in one.get("enum", ())]
        rest = [one for one in schema["anyOf"] if "enum" not in one]
        return ([{"enum": words}] if words else []) + rest

    @staticmethod
    def _in_union(text: str) -> str:
        return text


class Python(Language):
    """Python, with the syntax of annotations that are not evaluated."""

    def literal(self, values: list[Any]) -> str:
        words = (json.dumps(value) if isinstance(value, str) else repr(value) for value in values)
        return f"Literal[{', '.join(words)}]"


class TypeScript(Language):
    """TypeScript."""

    def literal(self, values: list[Any]) -> str:
        return " | ".join(json.dumps(value) for value in values)


PYTHON = Python(
    {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"},
    any="Any",
    list_of="list[{}]",
    map_of="dict[str, {}]",
)
TYPESCRIPT = TypeScript(
    {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"},
    any="unknown",
    list_of="Array<{}>",
    map_of="Record<string, {}>",
)


def python_models() -> str:
    """Return the module with the models for Python: views of answers, dictionaries of what is asked."""
    models = read_models()
    lines = [
        '"""The shapes of answers, events and questions. Generated from docs/openapi.json and docs/asyncapi.json."""',
        "",
        "from __future__ import annotations",
        "",
        "from typing import Any, Literal, TypedDict",
        "",
        "from sealgate_client._model import Model",
    ]
    for model in models:
        lines += ["", "", *_python_model(model)]
    return _formatted("\n".join(lines) + "\n")


def _formatted(text: str) -> str:
    ruff = Path(sys.executable).parent / "ruff"
    command = [str(ruff), "format", "--stdin-filename", str(ROOT / "sdk/python/src/sealgate_client/models.py"), "-"]
    formatted = subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=ROOT)
    return formatted.stdout


def _python_model(model: Model) -> Iterator[str]:
    base = "TypedDict, total=False" if model.asked else "Model"
    yield f"class {model.name}({base}):"
    yield from _python_text(model.text)
    shapes = {member.name: shape for member in model.members if (shape := _shape(member.schema)) is not None}
    if shapes and not model.asked:
        yield ""
        yield "    _shapes = {"
        yield from (f'        "{name}": "{shape}",' for name, shape in shapes.items())
        yield "    }"
    if model.members:
        yield ""
    for member in model.members:
        kind = PYTHON.type_of(member.schema)
        if not member.present and not model.asked and "None" not in kind.split(" | "):
            kind = f"{kind} | None"
        assert member.name.isidentifier(), member.name
        assert not keyword.iskeyword(member.name), member.name
        yield f"    {member.name}: {kind}"
        yield from _python_text(member.text)


def _python_text(text: str) -> Iterator[str]:
    if text:
        lines = textwrap.wrap(text, WIDTH - 7 - 3, break_long_words=False)
        one_line = f'    """{text}"""'
        if len(one_line) <= WIDTH:
            yield one_line
        else:
            yield f'    """{lines[0]}'
            yield from (f"    {line}" for line in lines[1:])
            yield '    """'


def _shape(schema: Schema) -> str | None:
    """Return which model a member holds: its name, with `[]` or `{}` in front for a list or a map of it."""
    if "$ref" in schema:
        return _known_as(schema["$ref"].rsplit("/", 1)[1])
    for one in schema.get("anyOf", ()):
        if found := _shape(one):
            return found
    if schema.get("type") == "array" and (found := _shape(schema.get("items", {}))):
        return f"[]{found}"
    if schema.get("type") == "object" and (found := _shape(schema.get("additionalProperties") or {})):
        return f"{{}}{found}"
    return None


def typescript_models() -> str:
    """Return the module with the models for TypeScript: interfaces of the JSON on the wire."""
    lines = ["// The shapes of answers, events and questions. Generated from docs/openapi.json and docs/asyncapi.json."]
    for model in read_models():
        lines += ["", *_typescript_text(model.text, ""), f"export interface {model.name} {{"]
        for member in model.members:
            lines += _typescript_text(member.text, "  ")
            lines.append(f"  {member.name}{'' if member.present else '?'}: {TYPESCRIPT.type_of(member.schema)};")
        if model.name in OPEN:
            lines.append("  [claim: string]: unknown;")
        lines.append("}")
    return "\n".join(lines) + "\n"


def _typescript_text(text: str, indent: str) -> Iterator[str]:
    if not text:
        return
    text = re.sub(r"\bNone\b", "null", text)
    one_line = f"{indent}/** {text} */"
    if len(one_line) <= WIDTH:
        yield one_line
        return
    yield f"{indent}/**"
    yield from (f"{indent} * {line}" for line in textwrap.wrap(text, WIDTH - len(indent) - 3, break_long_words=False))
    yield f"{indent} */"
