"""What a command prints: one JSON object under `--json`, words for people otherwise; refusals on stderr."""

import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import msgspec
import typer

from sealgate.base.errors import SealgateError

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]

# Control and direction-changing characters: in somebody else's text they could rewrite what a terminal shows.
_UNSAFE = dict.fromkeys(
    (*range(9), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A)), "\ufffd"
)


class Refused(SealgateError):
    """A command cannot do what was asked; says what, why and what to do."""

    code = "refused"


def print_json(value: object) -> None:
    """Print one compact JSON object on stdout."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()


def say(*lines: str) -> None:
    """Print lines for people on stdout; what could move the cursor is replaced."""
    sys.stdout.write(_harmless("\n".join(lines)) + "\n")
    sys.stdout.flush()


def note(*lines: str) -> None:
    """Print lines for people on stderr, where they never mix with what a script reads; no lines, nothing."""
    if not lines:
        return
    sys.stderr.write(_harmless("\n".join(lines)) + "\n")


def explain(refusal: SealgateError) -> None:
    """Write what went wrong, where, and the cure on stderr."""
    lines = [f"sealgate: {refusal.message}"]
    if refusal.pointer:
        lines.append(f"  at: {refusal.pointer}")
    if refusal.hint:
        lines.append(f"  try: {refusal.hint}")
    note(*lines)


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table that fits the terminal and cuts nothing off: the first column is what people copy."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, column in enumerate(columns):
        shown.add_column(column, no_wrap=number == 0, overflow="fold")
    for row in rows:
        shown.add_row(*(Text("" if cell is None else _harmless(str(cell))) for cell in row))
    Console().print(shown)


def _harmless(text: str) -> str:
    return text.translate(_UNSAFE)


def is_interactive() -> bool:
    """Return whether a person can be asked: both ends are a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()
