"""What `sealgate doctor` looks at."""

from sealgate.base.settings import Settings
from sealgate.cli.maintenance import examine

NO_FOLDER = "/nowhere/at/all"
GONE = "postgresql://127.0.0.1:1/sealgate"


def names(settings: Settings) -> list[str]:
    return [finding.name for finding in examine(settings)]


class TestTheFolder:
    def test_is_not_asked_for_where_nothing_is_kept_in_it(self):
        assert "folder" not in names(Settings(data_dir=NO_FOLDER, database_url=GONE, master_key="ab" * 32, port=1))

    def test_is_asked_for_where_it_holds_the_master_key(self):
        assert "folder" in names(Settings(data_dir=NO_FOLDER, database_url=GONE, port=1))


class TestTheNodes:
    def test_are_not_asked_for_where_none_is_configured(self, tmp_path):
        assert "networks" not in names(Settings(data_dir=str(tmp_path)))

    def test_that_do_not_answer_are_named(self, tmp_path):
        settings = Settings(data_dir=str(tmp_path), nodes=("MAINNET=ws://127.0.0.1:1/",))

        finding = examine(settings)[-1]

        assert (finding.name, finding.ok) == ("networks", False)
        assert "MAINNET 127.0.0.1:1" in finding.found
