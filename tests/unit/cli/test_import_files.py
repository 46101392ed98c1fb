"""The files that are imported: JSON and CSV, and each entry with its number."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.cli import import_files
from sealgate.cli.import_files import read_file, redirect_entries, token_lines
from sealgate.cli.output import Refused

ALICE, BOB = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
ONE, TWO = "c2a7e1d4-6b3f-4a90-8e5c-7f1b9d2a4c60", "c2a7e1d4-6b3f-4a90-8e5c-7f1b9d2a4c61"


def body(token=ONE, account=ALICE, issued=None, expires=None):
    return {"token": token, "account": account, "issued": issued, "expires": expires}


class TestTokenLines:
    @pytest.mark.parametrize(
        "text",
        [f"{ONE},{ALICE},1715408000,1720592000\n",
         f"account;x,user_token,expires,issued\n\n{ALICE},{ONE},1720592000,1715408000".replace(";x", ""),
         json.dumps([{"token": ONE, "account": ALICE, "issued": 1715408000, "expires": "1720592000"}]),
         json.dumps({"tokens": [{"User_Token": ONE, "account": ALICE, "token_issued": 1715408000000,
                                 "token_expiration": "2024-07-10T06:13:20Z"}]})],
        ids=["csv", "csv with names", "json", "json as the api answers it"],
    )  # fmt: skip
    def test_every_way_of_writing_says_the_same(self, text):
        [line] = token_lines(text)

        assert line.body == body(issued=1715408000, expires=1720592000)

    def test_numbers_are_those_of_the_file(self):
        text = f"token,account\n\n{ONE},{ALICE}\n\n{TWO},\n"

        assert [(line.number, line.body is None) for line in token_lines(text)] == [(3, False), (5, True)]

    @pytest.mark.parametrize("unknown", ["", "0"])
    def test_times_may_be_unknown(self, unknown):
        [line] = token_lines(f"{ONE},{ALICE},{unknown},{unknown}")

        assert line.body == body()

    @pytest.mark.parametrize("time", ["yesterday", "-1", "²", "1e400", "9" * 400])
    def test_a_time_that_is_none_is_named(self, time):
        [line] = token_lines(f"{ONE},{ALICE},,{time}")

        assert line.body is None
        assert "expires" in line.why

    @pytest.mark.parametrize("bad", ["\0", "é", "\u200b"])
    def test_a_line_with_what_neither_can_have_spoils_no_other(self, bad):
        lines = list(token_lines(f"{ONE}{bad},{ALICE}\n{TWO},{BOB}"))

        assert [line.body is not None for line in lines] == [False, True]

    def test_what_stands_above_with_another_partner_is_left_out(self):
        text = f"{ONE},{ALICE}\n{TWO},{ALICE}\n{ONE.upper()},{BOB}\n{ONE},{ALICE}\n{TWO},{BOB}"

        assert [line.body is not None for line in token_lines(text)] == [True, False, False, True, True]

    def test_there_is_an_end(self, monkeypatch):
        monkeypatch.setattr(import_files, "MAX_TOKENS", 2)

        with pytest.raises(Refused, match="more than 2"):
            list(token_lines(f"{ONE},{ALICE}\n" * 3))

    @pytest.mark.parametrize("text", ["{", '{"tokens": 7}', "[" * 100_000], ids=len)
    def test_what_is_no_list_is_refused(self, text):
        with pytest.raises(Refused):
            list(token_lines(text))

    @given(st.text(max_size=200) | st.text('",\n\r0r', max_size=60))
    def test_hostile_text_gives_entries_or_a_refusal(self, text):
        try:
            lines = list(token_lines(text))
        except Refused:
            return
        assert all(line.body is None or len(line.body["token"]) <= 64 for line in lines)


@pytest.mark.parametrize(
    ("text", "entries"),
    [("https://a.example\nmyapp://x\n", "https://a.example\nmyapp://x"),
     ("redirect_uri\nhttps://a.example\n", "https://a.example"),
     ('name,url\nshop,"https://a.example/?a=1,2"\n\nshort\n', "https://a.example/?a=1,2"),
     ("", "")],
)  # fmt: skip
def test_redirects_are_of_the_column_that_is_named_so(text, entries):
    assert redirect_entries(text) == entries


def test_a_file_is_read_up_to_a_size(tmp_path, monkeypatch):
    monkeypatch.setattr(import_files, "MAX_BYTES", 4)
    file = tmp_path / "list.csv"
    file.write_bytes(b"\xef\xbb\xbf1234")
    assert read_file(file) == "1234"
    file.write_text("12345")

    with pytest.raises(Refused, match="larger"):
        read_file(file)
    with pytest.raises(Refused, match="cannot be read"):
        read_file(tmp_path / "nothing")
