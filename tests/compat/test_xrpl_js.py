"""The published `xrpl` for JavaScript, unmodified, against the sandbox ledger.

The tests are in `js/ledger.test.js`; node's own test runner runs them, and each is a subtest here.
"""

from tests.compat.node import installed_version, run_file

PUBLISHED = "5.3.0"


def test_the_library_is_the_published_one():
    assert installed_version("js", "xrpl") == PUBLISHED


def test_on_the_sandbox_ledger(stage, tmp_path, subtests):
    for outcome in run_file("js", "ledger.test.js", stage.platform.environ, tmp_path / "results"):
        with subtests.test(outcome["title"]):
            assert outcome["passed"], outcome["why"]
