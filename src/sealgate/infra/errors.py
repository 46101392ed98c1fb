"""Refusals of the ground the server stands on: most of them end a start with exit code 1 and these words."""

from sealgate.base.errors import SealgateError, Unavailable


class OutcomeUnknown(Unavailable):
    """The database went away in the middle of a commit, so nobody can say whether the call was stored."""

    message = "The database went away while this call was being stored. It may or may not have been kept."
    hint = "Look whether it was stored before you send it again."


class DataFolderUnusable(SealgateError):
    """The data folder, or a file in it, cannot be made, read or written."""

    code = "data_folder"
    message = "The data folder cannot be used."
    hint = "Give the server a folder that it may read and write: --data-dir, or SEALGATE_DATA_DIR."


class DataFolderTaken(SealgateError):
    """Another server runs on the data folder; on SQLite one process alone serves, or news would not reach everybody."""

    code = "data_folder"
    message = "Another server uses the data folder."
    hint = "Stop it first, choose another folder with --data-dir, or set SEALGATE_DATABASE_URL for many servers."


class DatabaseDamaged(SealgateError):
    """The database file is not one, or is damaged."""

    code = "database_damaged"
    message = "The database file is damaged, or is no database."
    hint = "Restore a backup, or move the file away to start with an empty database."


class DatabaseUnreachable(SealgateError):
    """The configured database server does not answer or does not let us in."""

    code = "database_unreachable"
    message = "The database does not answer."
    hint = "See that it runs and that SEALGATE_DATABASE_URL names it rightly."


class SchemaTooNew(SealgateError):
    """The database was made by a newer Sealgate than this one."""

    code = "schema_too_new"
    message = "The database was made by a newer Sealgate."
    hint = "Start the version that made it, or a later one, or restore a backup from before the upgrade."


class SchemaTooOld(SealgateError):
    """The database belongs to an older Sealgate and was not migrated yet."""

    code = "schema_too_old"
    message = "The database belongs to an older Sealgate."
    hint = "Make a backup, then run `sealgate migrate`."


class MasterKeyUnusable(SealgateError):
    """The master key is missing, malformed, readable by others, or not the one that sealed the stored secrets."""

    code = "master_key"
    message = "The master key cannot be used."
    hint = "Set SEALGATE_MASTER_KEY, or bring back the file master.key that belongs to this database."


class SealBroken(SealgateError):
    """A sealed value does not open: it was altered, belongs elsewhere, or its master key is not configured."""

    code = "seal_broken"
    message = "A stored secret cannot be opened."


class TargetRefused(SealgateError):
    """A URL that the server is asked to call is not one it calls: it may point at what only the server can reach."""

    status = 400
    code = 400
    message = "The server does not call this URL."
    hint = "Give an https:// URL with a public host."


def withhold_rows(error: BaseException) -> bool:
    """Cut a driver's error down to its first line, in place: the log must not have the rest. True when it did.

    PostgreSQL's DETAIL shows the row that broke a rule, tokens and all. SQLite shows none.
    """
    first_line = getattr(getattr(error, "diag", None), "message_primary", None)
    if first_line is None:
        return False
    error.args = (first_line,)
    return True
