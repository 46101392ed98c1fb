"""A request as the program that sends it: with curl, in JavaScript, in Python. Pure.

Key and secret are read from the environment: what is pasted into a program holds no secret.
"""

import pprint
import shlex
from typing import Any

import msgspec

PATH = "/api/v1/platform/payload"
_WIDTH = 100


class Snippet(msgspec.Struct, frozen=True):
    """A program in one language."""

    language: str
    code: str


def snippets(public_url: str, body: Any, text: str) -> tuple[Snippet, ...]:
    """Return the programs that send a body.

    Args:
        body: The JSON value.
        text: The same as JSON text.
    """
    url = f"{public_url}{PATH}"
    return (
        Snippet("curl", _curl(url, text)),
        Snippet("JavaScript", _javascript(url, text)),
        Snippet("Python", _python(url, body)),
    )


def _curl(url: str, text: str) -> str:
    return (
        f"curl {shlex.quote(url)} \\\n"
        '  -H "x-api-key: $SEALGATE_API_KEY" -H "x-api-secret: $SEALGATE_API_SECRET" \\\n'
        "  -H 'content-type: application/json' \\\n"
        f"  --data {shlex.quote(text)}"
    )


def _javascript(url: str, text: str) -> str:
    return (
        f"fetch({_quoted(url)}, {{\n"
        '  method: "POST",\n'
        "  headers: {\n"
        '    "content-type": "application/json",\n'
        '    "x-api-key": process.env.SEALGATE_API_KEY,\n'
        '    "x-api-secret": process.env.SEALGATE_API_SECRET,\n'
        "  },\n"
        f"  body: JSON.stringify({_indented(text, '  ')}),\n"
        "}).then(answer => answer.json()).then(request => console.log(request));"
    )


def _python(url: str, body: Any) -> str:
    value = pprint.pformat(body, width=_WIDTH, sort_dicts=False)
    return (
        "import json, os, urllib.request\n\n"
        f"body = {_indented(value, ' ' * 7)}\n"
        "request = urllib.request.Request(\n"
        f"    {url!r},\n"
        "    data=json.dumps(body).encode(),\n"
        "    headers={\n"
        '        "content-type": "application/json",\n'
        '        "x-api-key": os.environ["SEALGATE_API_KEY"],\n'
        '        "x-api-secret": os.environ["SEALGATE_API_SECRET"],\n'
        "    },\n"
        ")\n"
        "print(json.load(urllib.request.urlopen(request)))"
    )


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()


def _indented(text: str, blanks: str) -> str:
    return text.replace("\n", f"\n{blanks}")
