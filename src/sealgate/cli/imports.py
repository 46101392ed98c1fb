"""`sealgate import …`: apps and user tokens that come from another platform (ADR 35)."""

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sealgate.cli.admin import admin_client
from sealgate.cli.import_files import TokenLine, is_json, read_file, redirect_entries, token_lines
from sealgate.cli.output import AsJson, Refused, note, print_json, say

if TYPE_CHECKING:
    from sealgate.apps.exported import ExportedApp
    from sealgate.cli.http import Client

cli = typer.Typer(help="Apps and user tokens from another platform.", no_args_is_help=True)

_APPS = "/api/v1/admin/apps"
_AT_ONCE = 500
_SHOWN = 20
_CONFLICT = 409

File = Annotated[Path, typer.Argument(help="The file; - for stdin.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]


@cli.command("app")
def import_app(
    file: File,
    name: Annotated[str | None, typer.Option(help="Name people see, where the file has none.")] = None,
    api_key: Annotated[str | None, typer.Option(help="API key it has there, where the file has none.")] = None,
    wildcards: Annotated[bool, typer.Option("--wildcards", help="Take https://*.host entries, too.")] = False,
    dry_run: DryRun = False,
    json: AsJson = False,
) -> None:
    """Register apps under the API keys they have elsewhere, from the JSON of the console there or a CSV of redirects.

    Either all apps of the file are registered, or none; one that is here already stays as it is. The API secrets are
    new, and shown once, here.
    """
    admin = admin_client()
    found = [_complete(app, name, api_key) for app in _exported(read_file(file), wildcards)]
    if len({key for key, _ in found}) < len(found):
        raise Refused(message="Two applications of the file have the same API key.")
    checked = [(key, *_checked(admin, key, app)) for key, app in found]
    report: list[dict[str, Any]] = []
    try:
        for key, values, notices in checked:
            app = admin.call("GET", f"{_APPS}/{key}") if values is None else _register(admin, key, values, dry_run)
            report.append(
                {"api_key": key, "state": "known" if values is None else "new", "notices": notices, "app": app}
            )
    finally:
        # Whatever happens to the second: the secret of the first is shown now or never.
        if json:
            print_json({"dry_run": dry_run, "apps": report})
        else:
            for line in report:
                _show_app(line, dry_run=dry_run)


@cli.command("user-tokens")
def import_user_tokens(
    file: File,
    app: Annotated[str, typer.Option(help="UUID of the application: its API key.")],
    dry_run: DryRun = False,
    json: AsJson = False,
) -> None:
    """Take in the user tokens an app has stored for its users, with their accounts: CSV or JSON.

    Each becomes its user's when their account first signs for the app here. Nothing changes a second time.
    """
    admin = admin_client()
    taken = known = 0
    refused: list[dict[str, Any]] = []
    lines = token_lines(read_file(file))
    while batch := list(islice(lines, _AT_ONCE)):
        sent = [line for line in batch if line.body is not None]
        refused += [_refused(line, "unreadable", line.why) for line in batch if line.body is None]
        try:
            done = admin.call(
                "POST",
                f"{_APPS}/{app}/imported-user-tokens",
                {"tokens": [line.body for line in sent]},
                query={"dry_run": "true"} if dry_run else None,
            )
        except Refused:
            if taken + known:
                note(f"Until then {taken} were taken and {known} known. The same command again goes on from there.")
            raise
        taken, known = taken + done["taken"], known + done["known"]
        refused += [_refused(sent[one["index"]], one["reason"], one["message"]) for one in done["refused"]]
    refused.sort(key=lambda one: int(one["line"]))
    if json:
        return print_json({"dry_run": dry_run, "taken": taken, "known": known, "refused": refused})
    say(f"{taken} {'would be taken' if dry_run else 'taken'}, {known} known before, {len(refused)} refused.")
    note(*(f"line {one['line']}: {one['message']}" for one in refused[:_SHOWN]))
    if len(refused) > _SHOWN:
        note(f"… and {len(refused) - _SHOWN} more: --json has all of them.")


def _exported(text: str, wildcards: bool) -> list["ExportedApp"]:
    from sealgate.apps.exported import ExportedApp, ExportUnreadable, read_export
    from sealgate.apps.importing import IMPORTED_OPTIONS, imported_redirects

    if is_json(text):
        try:
            return read_export(text, wildcards=wildcards)
        except ExportUnreadable as problem:
            raise Refused(message=f"The file is no export of applications: {problem}.") from None
    imported = imported_redirects(redirect_entries(text), wildcards=wildcards)
    redirects = [{"uri": one.uri, "match": one.match} for one in imported.redirects]
    values = {"redirect_uris": redirects, **IMPORTED_OPTIONS}
    return [ExportedApp(api_key=None, values=values, notices=imported.notices)]


def _complete(app: "ExportedApp", name: str | None, api_key: str | None) -> tuple[str, "ExportedApp"]:
    from msgspec.structs import replace

    from sealgate.base.ids import as_uuid

    values = app.values if "name" in app.values else app.values | ({"name": name} if name else {})
    if "name" not in values:
        raise Refused(message="The file has no name for the application.", hint="Give one: --name.")
    key = app.api_key or as_uuid(api_key or "")
    if key is None:
        raise Refused(
            message=f"The file has no API key for {values['name']!r}.",
            hint="Give the one its clients send: --api-key. For an app with a new key there is `sealgate app create`.",
        )
    return key, replace(app, values=values)


def _checked(admin: "Client", key: str, app: "ExportedApp") -> tuple[dict[str, Any] | None, list[str]]:
    """Return what can be registered, and notices of what cannot; None where the app is here already.

    The server is the judge: what it refuses and an app can do without is left out, one thing after the other.
    """
    from sealgate.cli.http import ServerRefused

    values, notices = dict(app.values), list(app.notices)
    while True:
        try:
            _register(admin, key, values, True)
        except ServerRefused as refusal:
            at = (refusal.pointer or "").lstrip("/").partition("/")[0]
            if at in values and at not in ("name", "redirect_uris"):
                notices.append(f"{at}: left out. {refusal.message}")
                del values[at]
                continue
            if refusal.answered == _CONFLICT and _is_here(admin, key):
                return None, notices
            raise
        return values, notices


def _is_here(admin: "Client", key: str) -> bool:
    from sealgate.cli.http import ServerRefused

    try:
        return admin.call("GET", f"{_APPS}/{key}").get("deleted_at") is None
    except ServerRefused:
        return False


def _register(admin: "Client", key: str, values: dict[str, Any], dry_run: bool) -> dict[str, Any]:
    query = {"dry_run": "true"} if dry_run else None
    registered: dict[str, Any] = admin.call("PUT", f"{_APPS}/{key}", values, query=query)
    return registered


def _show_app(line: dict[str, Any], *, dry_run: bool) -> None:
    app = line["app"]
    done = "would be registered" if dry_run else "is registered"
    say(f"{app['name']}: {'is here already, and stays as it is' if line['state'] == 'known' else done}.")
    rows = (
        ("API key", line["api_key"]),
        ("API secret", app.get("api_secret")),
        ("webhook secret", app.get("webhook_secret")),
        *(("redirect", uri) for uri in app["redirect_uris"]),
        ("webhook", app["webhook_url"]),
        ("xApp", app["xapp_id"]),
    )
    say(*(f"  {label:<16}{shown}" for label, shown in rows if shown))
    note(*line["notices"])
    if app.get("api_secret"):
        say("Keep the secrets now: they are not shown again.")


def _refused(line: TokenLine, reason: str, message: str) -> dict[str, Any]:
    return {"line": line.number, "reason": reason, "message": message}
