"""Draft a revision: `python -m sealgate.infra.migrations "what it adds"`."""

import sys
import tempfile
from pathlib import Path

from sealgate.base.settings import Settings
from sealgate.infra.bus import LocalBus
from sealgate.infra.database import Database
from sealgate.infra.migrate import migrate
from sealgate.infra.migrations import draft
from sealgate.infra.schema import load_tables


def main() -> None:
    """Bring an empty SQLite database to the newest revision and write down what the tables have beyond it."""
    load_tables()
    newest = max((path.name[:4] for path in (Path(__file__).parent / "versions").glob("[0-9]*.py")), default="0000")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=folder)
        migrate(settings)
        database = Database.open(settings, LocalBus())
        with database.engine.connect() as connection:
            draft(connection, sys.argv[1], f"{int(newest) + 1:04}")


if __name__ == "__main__":
    main()
