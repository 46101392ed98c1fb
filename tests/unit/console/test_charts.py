"""Charts: valid, the numbers right, nothing that a name could smuggle in."""

from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from sealgate.console import charts
from sealgate.console.charts import HEIGHT, Series

STEPS = ["10:00", "10:01", "10:02", "10:03"]
ANSWERED = Series("Answered", (10, 0, 5, 1))
REFUSED = Series("Refused", (0, 0, 5, 0), "hatch", "bad")
HOSTILE = "\"><script>alert(1)</script>&amp;'{x}"


def read(drawn: Markup) -> ET.Element:
    return ET.fromstring(drawn)


def rects(drawn: ET.Element, kind: str) -> list[ET.Element]:
    return [one for one in drawn.iter("rect") if kind in one.get("class", "").split()]


def percent(one: ET.Element, name: str) -> float:
    return float(one.get(name, "").removesuffix("%"))


class TestBars:
    def test_stand_where_their_step_is_as_high_as_their_number(self):
        drawn = read(charts.bars("calls", "Calls", STEPS, (ANSWERED, REFUSED)))

        solid = rects(drawn, "solid")
        assert [
            25 * number <= percent(one, "x") < 25 * (number + 1) for one, number in zip(solid, (0, 2, 3), strict=True)
        ]
        heights = [float(one.get("height", 0)) for one in solid]
        assert heights[0] == pytest.approx(2 * heights[1], abs=0.02)
        assert heights[0] == pytest.approx(10 * heights[2], abs=0.1)
        assert float(solid[0].get("y", 0)) + heights[0] == pytest.approx(HEIGHT, abs=0.02)

    def test_of_one_step_stand_on_each_other(self):
        drawn = read(charts.bars("calls", "Calls", STEPS, (ANSWERED, REFUSED)))

        below, above = rects(drawn, "solid")[1], rects(drawn, "hatch")[0]
        assert above.get("x") == below.get("x")
        top_of_it = float(above.get("y", 0)) + float(above.get("height", 0))
        assert top_of_it == pytest.approx(float(below.get("y", 0)), abs=0.02)

    def test_are_told_apart_by_more_than_colour(self):
        drawn = read(charts.bars("calls", "Calls", STEPS, (ANSWERED, REFUSED)))

        (hatch,) = rects(drawn, "hatch")
        fill = hatch.get("fill", "").removeprefix("url(#").removesuffix(")")
        assert [pattern.get("id") for pattern in drawn.iter("pattern")] == [fill]

    def test_tell_their_numbers_in_words(self):
        drawn = read(charts.bars("calls", "Calls", STEPS, (ANSWERED, REFUSED)))

        assert drawn.get("role") == "img"
        assert drawn.get("tabindex") == "0"
        names = drawn.get("aria-labelledby", "").split()
        assert [one.get("id") for one in (*drawn.findall("title"), *drawn.findall("desc"))] == names
        assert "16 answered, 5 refused. Most at 10:00: 10." in drawn.findtext("desc", "")
        assert [group.findtext("title") for group in drawn.iter("g")] == [
            "10:00: 10 answered", "10:02: 5 answered, 5 refused", "10:03: 1 answered",
        ]  # fmt: skip

    def test_show_one_in_a_million(self):
        drawn = read(charts.bars("calls", "Calls", STEPS, (Series("Answered", (1_000_000, 0, 1, 0)),)))

        assert float(rects(drawn, "solid")[1].get("height", 0)) >= 2

    def test_of_nothing_are_none(self):
        drawn = read(charts.bars("calls", "Calls", STEPS, (Series("Answered", (0, 0, 0, 0)),)))

        assert rects(drawn, "solid") == []
        assert drawn.findtext("desc") == "Nothing yet."

    def test_label_the_highest_unless_the_axis_stands_there(self):
        late = read(charts.bars("calls", "Calls", STEPS, (Series("Answered", (1, 1, 1, 7)),)))
        early = read(charts.bars("calls", "Calls", STEPS, (ANSWERED,)))

        assert [one.text for one in late.iter("text")] == ["7"]
        assert list(early.iter("text")) == []

    def test_escape_every_text(self):
        series = (Series(HOSTILE, (1, 2, 3, 4), "dots", "warn"),)

        drawn = read(charts.bars("calls", HOSTILE, [HOSTILE] * 4, series))

        assert drawn.findtext("title") == HOSTILE
        assert [one.tag for one in drawn.iter() if one.tag == "script"] == []
        assert drawn.find("g/title") is not None

    def test_carry_no_style_and_no_script_of_their_own(self):
        for drawn in (
            charts.bars("calls", "Calls", STEPS, (ANSWERED, REFUSED)),
            charts.spans("time", "Time", STEPS, [(1.0, 2.0), None, None, (3.0, 40.0)]),
            charts.sparkline([1, 2, 3], "Calls"),
            charts.swatch("calls", REFUSED),
        ):
            for one in read(drawn).iter():
                assert not [name for name in one.attrib if name == "style" or name.startswith("on")]


class TestSpans:
    def test_reach_from_the_median_to_the_95th_percentile(self):
        drawn = read(charts.spans("time", "Time to sign", STEPS, [None, (15.0, 30.0), None, None]))

        (dot,) = list(drawn.iter("circle"))
        (line,) = [one for one in drawn.iter("line") if one.get("class") == "span"]
        assert dot.get("cx") == line.get("x1") == "37.5%"
        low, high = float(line.get("y1", 0)), float(line.get("y2", 0))
        assert float(dot.get("cy", 0)) == low
        assert HEIGHT - high == pytest.approx(2 * (HEIGHT - low), abs=0.02)
        assert drawn.findtext("g/title") == "10:01: half within 15 s, 95 of 100 within 30 s"


class TestASparkline:
    def test_says_what_it_shows(self):
        drawn = read(charts.sparkline([0, 4, 2], f"Calls of {HOSTILE}"))

        assert drawn.get("aria-label") == f"Calls of {HOSTILE}"
        heights = [float(one.get("height", 0)) for one in rects(drawn, "accent")]
        assert heights[0] == pytest.approx(2 * heights[1])


@pytest.mark.parametrize(
    ("value", "top"), [(0, 2), (1, 2), (2, 2), (3, 4), (5, 6), (10, 10), (11, 20), (43, 60), (199, 200), (1001, 2000)]
)
def test_an_axis_ends_at_a_round_number(value, top):
    assert charts.nice_ceiling(value) == top


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.099, "99 ms"), (1, "1 s"), (4.26, "4.3 s"), (41.4, "41 s"), (119, "119 s"), (150, "2 min"), (9000, "2 h")],
)
def test_durations_are_said_as_people_say_them(seconds, words):
    assert charts.in_words(seconds) == words
