"""What an xApp's developer reads at the terminal."""

import pytest

from sealgate.cli.wallet.xapp_words import command_in_words, why_dropped


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ({"command": "ready"}, "ready"),
        ({"command": "close", "refreshEvents": False}, "close"),
        ({"command": "close", "refreshEvents": True}, "close: refreshEvents True"),
        (
            {"command": "xAppNavigate", "xApp": "shop.second", "title": "Second", "data": {"orderId": "1042"}},
            "xAppNavigate: xApp shop.second, title Second",
        ),
    ],
)
def test_a_command_is_one_line(command, words):
    assert command_in_words(command) == words


@pytest.mark.parametrize(
    ("dropped", "words"),
    [
        ({"why": "not_ready", "waitsFor": "ready"}, "before it says `ready`"),
        ({"why": "not_ready", "waitsFor": "load"}, "before it is loaded"),
        ({"why": "too_soon", "waited_ms": 412.7}, "0.4 s after"),
        ({"why": "bad_member", "member": "uuid"}, "its `uuid`"),
        ({"why": "not_permitted"}, "no permission"),
        ({"why": "unknown"}, "no such command"),
        ({"why": "something new"}, "something new"),
    ],
)
def test_says_why_a_message_had_no_effect(dropped, words):
    assert words in why_dropped(dropped)
