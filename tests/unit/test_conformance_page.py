"""The table of conformance: whole, and each row a test that runs."""

from collections import Counter

from scripts.conformance_page import PLANS, modules

RESULTS = {"passed", "passed with a warning", "skipped"}


def test_the_plans_we_claim_are_whole():
    counts = Counter(module.plan for module in modules())

    assert counts.keys() == PLANS.keys()
    assert (counts["basic"], counts["config"], counts["logout"]) == (38, 1, 11)


def test_each_module_is_done_once():
    names = [(module.plan, module.name) for module in modules()]

    assert len(set(names)) == len(names)


def test_whatever_did_not_simply_pass_has_a_reason():
    for module in modules():
        assert module.result in RESULTS
        assert module.note or module.result == "passed", module.name
