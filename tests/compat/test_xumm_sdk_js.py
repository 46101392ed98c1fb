"""The published `xumm-sdk` for JavaScript, unmodified, pointed at the platform with `setEndpoint`.

The tests are in `js/*.test.js`; node's own test runner runs them, and each is a subtest here.
"""

import pytest

from tests.compat.node import installed_version, run_file

PUBLISHED = "1.11.2"


def environ_of(stage):
    stage.open_door()
    return stage.platform.environ | {"STAGE_DOOR": stage.door_url, "STAGE_ALICE": stage.alice.account}


def test_the_sdk_is_the_published_one():
    assert installed_version("js", "xumm-sdk") == PUBLISHED


@pytest.mark.parametrize(
    "name",
    [
        "main_job.test.js",
        "requests.test.js",
        "reconnect.test.js",
        "jwt.test.js",
        "user_data.test.js",
        "xapp.test.js",
        "xapp_events.test.js",
        "lookups.test.js",
    ],
)
def test_on_sqlite(stage, name, tmp_path, subtests):
    for outcome in run_file("js", name, environ_of(stage), tmp_path / "results"):
        with subtests.test(outcome["title"]):
            assert outcome["passed"], outcome["why"]


def test_on_postgres(stage_on_postgres, tmp_path, subtests):
    for outcome in run_file("js", "main_job.test.js", environ_of(stage_on_postgres), tmp_path / "results"):
        with subtests.test(outcome["title"]):
            assert outcome["passed"], outcome["why"]
