"""Rows of the result: what was measured, beside the peers and the figures to reach."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Row:
    """One measured figure.

    Attributes:
        unit: Of every number in the row.
        ours: The median.
        peers: The medians of others, by name.
        ship: The least that is good enough, or None where there is no such figure.
        aim: What we would like.
        less: Whether less is better.
    """

    what: str
    unit: str
    ours: float
    peers: dict[str, float] = field(default_factory=dict)
    ship: float | None = None
    aim: float | None = None
    less: bool = False

    @property
    def verdict(self) -> str:
        """Whether the figures are met."""
        if self._reaches(self.aim):
            return "aim met"
        if self.ship is None:
            return ""
        return "ship met" if self._reaches(self.ship) else "NOT MET"

    def ratio(self, peer: float) -> float:
        """Return how many times better ours is than a peer's; below 1, the peer is better."""
        return peer / self.ours if self.less else self.ours / peer

    def as_json(self) -> dict[str, Any]:
        """Return the row with what follows from it."""
        ratios = {name: round(self.ratio(value), 2) for name, value in self.peers.items()}
        return {**asdict(self), "ratios": ratios, "verdict": self.verdict}

    def _reaches(self, figure: float | None) -> bool:
        if figure is None:
            return False
        return self.ours <= figure if self.less else self.ours >= figure


def as_table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table, aligned for people who read it in a terminal."""
    head = ["", "unit", "ours", "peers (ours is … times better)", "ship", "aim", ""]
    lines = [head, *([_line(row) for row in rows])]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    text = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    text.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(text)


def _line(row: Row) -> list[str]:
    peers = ", ".join(f"{name} {_number(value)} ({row.ratio(value):.2g}×)" for name, value in row.peers.items())
    return [row.what, row.unit, _number(row.ours), peers, _number(row.ship), _number(row.aim), row.verdict]


def _number(value: float | None) -> str:
    if value is None:
        return ""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"
