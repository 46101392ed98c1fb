"""Charts as inline SVG, drawn on the server: no script, no style of their own beyond classes of `charts.css`. Pure.

A bar is told from its neighbours by pattern and place, not by colour alone; the same numbers stand in a table beside.
Places across are percentages, so a chart fits any width and its text keeps its size.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec
from markupsafe import Markup, escape

HEIGHT = 150
"""Of the drawing, in pixels."""
_ROOM_ABOVE = 18
"""For the number above the highest bar."""
_PLOT = HEIGHT - _ROOM_ABOVE
_TAKEN = 0.78
"""The share of a step that its bar takes."""
_LEAST = 2.0
"""The height of the smallest bar, so that one in a thousand is seen."""

_AXIS_LABEL = 14.0
"""Percent of the width where the axis's own number stands."""

Look = Literal["solid", "hatch", "dots", "hollow"]
Tone = Literal["accent", "good", "bad", "warn", "soft"]

_PATTERNS: dict[Look, str] = {
    "hatch": '<rect width="6" height="6" class="ground"/><path d="M-1 7 7 -1M-1 1 1 -1M5 7 7 5" class="ink"/>',
    "dots": '<rect width="6" height="6" class="ground"/><circle cx="3" cy="3" r="1.4" class="dot"/>',
}


class Series(msgspec.Struct, frozen=True):
    """One kind of thing, counted in each step.

    Attributes:
        name: As it stands in the legend.
        values: One for each step, 0 or more.
    """

    name: str
    values: tuple[int, ...]
    look: Look = "solid"
    tone: Tone = "accent"

    @property
    def total(self) -> int:
        """The sum over all steps."""
        return sum(self.values)


def bars(id: str, title: str, steps: Sequence[str], series: Sequence[Series]) -> Markup:
    """Return stacked bars, the first series at the bottom.

    Args:
        id: Unique on the page: of it the ids of title, description and patterns are made.
        steps: What the steps are called, the earliest first.
        series: Each with a value for every step.
    """
    sums = _sums(series)
    top = top_of(series)
    most = max(range(len(sums)), key=sums.__getitem__) if any(sums) else None
    width = 100 / max(1, len(steps))
    parts = [_opening(id, title, _told(steps, series, most)), _patterns(id, series), _GRID]
    for at, total in enumerate(sums):
        if total:
            told = ", ".join(f"{one.values[at]:,} {one.name.lower()}" for one in series if one.values[at])
            parts += [_step(f"{steps[at]}: {told}", at, width), *_stack(id, series, at, width, top), "</g>"]
    if most is not None and most * width >= _AXIS_LABEL:
        parts.append(_peak(most, width, HEIGHT - _scaled(sums[most], top), f"{sums[most]:,}"))
    return _markup([*parts, "</svg>"])


def spans(id: str, title: str, steps: Sequence[str], values: Sequence[tuple[float, float] | None]) -> Markup:
    """Return for each step a dot for the lower value, a bar for the higher one, and a line between; in seconds.

    Args:
        values: Of each step the median and the 95th percentile, None where nothing was measured.
    """
    known = [(at, pair) for at, pair in enumerate(values) if pair is not None]
    top, width = top_of_spans(values), 100 / max(1, len(steps))
    told = (
        f"From {steps[0]} to {steps[-1]}: measured in {len(known)} of {len(steps)} steps. The table has every number."
    )
    parts = [_opening(id, title, told if known else "Nothing yet."), _GRID]
    for at, (median, high) in known:
        x, low_y, high_y = _n((at + 0.5) * width), _n(_y(median, top)), _n(_y(high, top))
        left, right = _n((at + 0.25) * width), _n((at + 0.75) * width)
        parts += [
            _step(f"{steps[at]}: half within {in_words(median)}, 95 of 100 within {in_words(high)}", at, width),
            f'<line class="span" x1="{x}%" x2="{x}%" y1="{low_y}" y2="{high_y}"/>',
            f'<line class="high" x1="{left}%" x2="{right}%" y1="{high_y}" y2="{high_y}"/>',
            f'<circle class="middle" cx="{x}%" cy="{low_y}" r="3.5"/></g>',
        ]
    return _markup([*parts, "</svg>"])


def sparkline(values: Sequence[int], told: str) -> Markup:
    """Return a row of small bars with one sentence that tells what they show."""
    top, width = max(max(values, default=0), 1), 100 / max(1, len(values))
    parts = [
        f'<svg class="sparkline" role="img" aria-label="{escape(told)}" width="100%" height="28">',
        '<line class="grid" x1="0" x2="100%" y1="27.5" y2="27.5"/>',
    ]
    for at, value in enumerate(values):
        if value:
            x, height = _n((at + (1 - _TAKEN) / 2) * width), max(_LEAST, 27 * value / top)
            place = f'x="{x}%" y="{_n(28 - height)}" width="{_n(width * _TAKEN)}%" height="{_n(height)}"'
            parts.append(f'<rect class="accent" {place}/>')
    return _markup([*parts, "</svg>"])


def swatch(id: str, one: Series) -> Markup:
    """Return the sample of a series' look for the legend of a chart with this id, which is on the same page."""
    box = f'<rect x="1" y="1" width="14" height="10" {_paint(id, one)}/>'
    return _markup(['<svg class="swatch" width="16" height="12" aria-hidden="true">', box, "</svg>"])


def top_of(series: Sequence[Series]) -> int:
    """Return what the top of the bars' axis stands for."""
    return nice_ceiling(max(_sums(series), default=0))


def top_of_spans(values: Sequence[tuple[float, float] | None]) -> float:
    """Return what the top of an axis of time stands for, seconds."""
    return nice_ceiling_s(max((pair[1] for pair in values if pair is not None), default=0))


def any_at(series: Sequence[Series], at: int) -> bool:
    """Tell whether anything happened in a step."""
    return any(one.values[at] for one in series)


def nice_ceiling(value: int) -> int:
    """Return the smallest of 2, 4, 6, 8, 10, 20, 40, … that is not below a value: where an axis ends."""
    size = 1
    while True:
        for step in (2, 4, 6, 8, 10):
            if step * size >= value:
                return step * size
        size *= 10


def nice_ceiling_s(seconds: float) -> float:
    """Return where an axis of time ends: round in the unit that people say it in."""
    for top in (4, 10, 20, 30, 60, 120, 240, 600, 1200, 1800, 3600, 7200, 14_400, 28_800, 86_400):
        if seconds <= top:
            return top
    return 172_800


def in_words(seconds: float) -> str:
    """Return a duration as people say it."""
    if seconds < 1:
        return f"{round(seconds * 1000)} ms"
    if seconds < 10:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    if seconds < 120:
        return f"{round(seconds)} s"
    if seconds < 7200:
        return f"{round(seconds / 60)} min"
    return f"{round(seconds / 3600)} h"


def _markup(parts: Sequence[str]) -> Markup:
    # Every text that is not ours went through `escape`: putting thousands of numbers through it as well takes ten times
    # as long.
    return Markup("".join(parts))  # noqa: S704


def _sums(series: Sequence[Series]) -> list[int]:
    return [sum(values) for values in zip(*(one.values for one in series), strict=True)]


def _opening(id: str, title: str, told: str) -> str:
    return (
        f'<svg class="chart-svg" role="img" aria-labelledby="{id}-title {id}-desc" tabindex="0"'
        f' width="100%" height="{HEIGHT}">'
        f'<title id="{id}-title">{escape(title)}</title><desc id="{id}-desc">{escape(told)}</desc>'
    )


def _told(steps: Sequence[str], series: Sequence[Series], most: int | None) -> str:
    if most is None:
        return "Nothing yet."
    totals = ", ".join(f"{one.total:,} {one.name.lower()}" for one in series)
    highest = sum(one.values[most] for one in series)
    return f"From {steps[0]} to {steps[-1]}: {totals}. Most at {steps[most]}: {highest:,}. The table has every number."


def _patterns(id: str, series: Sequence[Series]) -> str:
    made = (
        f'<pattern id="{id}-{one.look}-{one.tone}" class="{one.tone}" width="6" height="6"'
        f' patternUnits="userSpaceOnUse">{_PATTERNS[one.look]}</pattern>'
        for one in series
        if one.look in _PATTERNS
    )
    return f"<defs>{''.join(made)}</defs>"


def _step(told: str, at: int, width: float) -> str:
    return (
        f'<g class="step"><title>{escape(told)}</title>'
        f'<rect class="hit" x="{_n(at * width)}%" y="0" width="{_n(width)}%" height="{HEIGHT}"/>'
    )


def _stack(id: str, series: Sequence[Series], at: int, width: float, top: int) -> list[str]:
    parts, y, x = [], float(HEIGHT), _n((at + (1 - _TAKEN) / 2) * width)
    for one in series:
        if one.values[at]:
            height = _scaled(one.values[at], top)
            y -= height
            place = f'x="{x}%" y="{_n(y)}" width="{_n(width * _TAKEN)}%" height="{_n(height)}"'
            parts.append(f"<rect {place} {_paint(id, one)}/>")
    return parts


def _paint(id: str, one: Series) -> str:
    fill = f' fill="url(#{id}-{one.look}-{one.tone})"' if one.look in _PATTERNS else ""
    return f'class="{one.look} {one.tone}"{fill}'


def _peak(at: int, width: float, y: float, text: str) -> str:
    middle = (at + 0.5) * width
    anchor, x = ("end", 100.0) if middle > 94 else ("middle", middle)
    return f'<text class="peak" x="{_n(x)}%" y="{_n(y - 4)}" text-anchor="{anchor}">{text}</text>'


def _scaled(value: float, top: float) -> float:
    return max(_LEAST, _PLOT * value / top)


def _y(value: float, top: float) -> float:
    return HEIGHT - max(4.0, _PLOT * value / top)


def _n(value: float) -> str:
    """Return a number for an attribute: two decimals, no more of them than needed."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


_GRID = "".join(
    f'<line class="grid" x1="0" x2="100%" y1="{y}" y2="{y}"/>'
    for y in (_ROOM_ABOVE, _ROOM_ABOVE + _PLOT // 2, HEIGHT - 0.5)
)
