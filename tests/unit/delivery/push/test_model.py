"""What a push says."""

import json
from pathlib import Path
from typing import get_args

import pytest

from sealgate.delivery.push.model import NOBODY_NAMED, PUSHED, PushMessage, PushOutcome, Reason

GUIDE = Path(__file__).parents[4] / "docs" / "guides" / "push.md"


class TestPushMessage:
    def test_has_ids_by_the_names_wallets_know_and_nothing_else(self):
        message = PushMessage(category="OPENXAPP", app="a", payload="p", xapp="shop.demo")

        assert json.loads(message.to_wire()) == {
            "category": "OPENXAPP",
            "app": "a",
            "payload": "p",
            "xappIdentifier": "shop.demo",
        }

    def test_leaves_out_what_it_does_not_name(self):
        assert json.loads(PushMessage(category="SIGNTX", app="a").to_wire()) == {"category": "SIGNTX", "app": "a"}


class TestPushOutcome:
    @pytest.mark.parametrize("outcome", [PUSHED, PushOutcome(False, "muted"), PushOutcome(False, "silent")])
    def test_is_on_the_list_of_who_was_told_or_wants_no_noise(self, outcome):
        assert outcome.is_listed

    @pytest.mark.parametrize(
        "outcome", [NOBODY_NAMED, *(PushOutcome(False, why) for why in ("token_unknown", "no_device", "rate_limited"))]
    )
    def test_is_not_where_nobody_can_see_it(self, outcome):
        assert not outcome.is_listed


class TestReason:
    def test_is_explained_in_the_guide_and_no_other_is(self):
        lines = GUIDE.read_text().splitlines()
        table = lines[lines.index("| reason | what happened | what helps |") + 2 :]

        explained = [line.split("`")[1] for line in table if line.startswith("| `")]

        assert sorted(explained) == sorted(get_args(Reason))
