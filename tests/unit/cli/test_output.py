"""What people read: other people's text is shown, and does nothing."""

import pytest

from sealgate.cli.output import note, say, table

TRICKS = "a\x1b[2Kb\x9b1Ac\rd\u202ee\u2066f\u2028g\0"
SHOWN = "a\ufffd[2Kb\ufffd1Ac\ufffdd\ufffde\ufffdf\ufffdg\ufffd"


@pytest.mark.parametrize("write", [say, note])
def test_text_cannot_move_the_cursor_or_turn_the_line(write, capsys):
    write(TRICKS, "second\tline\nthird: \u05d0\u200f")

    said = capsys.readouterr()
    assert said.out + said.err == f"{SHOWN}\nsecond\tline\nthird: \u05d0\u200f\n"


def test_a_table_shows_names_to_the_letter(capsys):
    table(("key", "name"), [("1", "[/b] [red]Shop"), ("2", TRICKS), ("3", None)])

    shown = capsys.readouterr().out
    assert "[/b] [red]Shop" in shown
    assert SHOWN in shown
