"""openid-client, oauth4webapi and jose, unmodified, over https. The tests are in `rp/*.test.js`; each is a subtest."""

import pytest

from tests.compat.node import installed_version, run_file

PUBLISHED = {"jose": "6.2.17", "oauth4webapi": "3.8.8", "openid-client": "6.8.9"}


@pytest.mark.parametrize(("package", "version"), PUBLISHED.items())
def test_the_library_is_the_published_one(package, version):
    assert installed_version("rp", package) == version


@pytest.mark.parametrize("name", ["openid-client.test.js", "oauth4webapi.test.js", "jose.test.js"])
def test_library(sign_in_stage, name, tmp_path, subtests):
    for outcome in run_file("rp", name, sign_in_stage.environ, tmp_path / "results"):
        with subtests.test(outcome["title"]):
            assert outcome["passed"], outcome["why"]
