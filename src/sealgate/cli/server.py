"""The commands that run a server or look after its data. What they import is loaded when they run, not before."""

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from sealgate.base.settings import Settings, load_settings
from sealgate.cli.output import AsJson, Refused, note, print_json, say

Port = Annotated[int | None, typer.Option(help="Port to listen on.")]
DataDir = Annotated[Path | None, typer.Option(help="Folder for the database and the keys.")]
TlsCert = Annotated[Path | None, typer.Option(help="PEM file with the certificate chain.")]
TlsKey = Annotated[Path | None, typer.Option(help="PEM file with its private key.")]
Issuer = Annotated[str | None, typer.Option(help="Issuer in tokens and metadata.")]
PublicUrl = Annotated[str | None, typer.Option(help="Origin that apps and people reach the server under.")]


def add_commands(cli: typer.Typer) -> None:
    """Add the commands of this room to the table."""
    for command in (dev, serve, worker, migrate, doctor, backup, restore):
        cli.command()(command)


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _settings(**overrides: Any) -> Settings:
    from sealgate.base.logs import configure_logs

    settings = load_settings(overrides=overrides)
    configure_logs(style=settings.log_style, level=settings.log_level)
    return settings


def dev(
    port: Port = None,
    data_dir: DataDir = None,
    rate_limits: Annotated[
        bool, typer.Option("--rate-limits", help="Count calls and answer 429, as in production.")
    ] = False,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    issuer: Issuer = None,
    public_url: PublicUrl = None,
    until_eof: Annotated[
        bool, typer.Option("--until-eof", help="Stop when standard input ends: with the program that holds it.")
    ] = False,
) -> None:
    """Run the whole platform on this machine, with a demo app and a wallet "alice"."""
    from sealgate.cli.dev import run_dev

    given = load_settings(
        overrides={"port": port, "data_dir": _text(data_dir), "tls_cert": _text(tls_cert), "tls_key": _text(tls_key)}
    )
    scheme = "https" if given.tls_cert else "http"
    run_dev(
        load_settings(
            overrides={
                "port": given.port,
                "data_dir": str(Path(given.data_dir).resolve()),
                "tls_cert": given.tls_cert,
                "tls_key": given.tls_key,
                "issuer": issuer,
                "public_url": public_url or _chosen_public_url() or f"{scheme}://localhost:{given.port}",
                "dev": True,
                "rate_limits": rate_limits,
                "log_style": "console",
                "log_level": "warning",
            }
        ),
        until_eof=until_eof,
    )


def _chosen_public_url() -> str | None:
    import os

    return os.environ.get("SEALGATE_PUBLIC_URL")


def serve(
    port: Port = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    data_dir: DataDir = None,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    issuer: Issuer = None,
    public_url: PublicUrl = None,
) -> None:
    """Run the server in production: settings from SEALGATE_* and one TOML file (SEALGATE_CONFIG)."""
    settings = _settings(
        port=port,
        host=host,
        data_dir=_text(data_dir),
        tls_cert=_text(tls_cert),
        tls_key=_text(tls_key),
        issuer=issuer,
        public_url=public_url,
        # What the sandbox allows must never be a variable away from production.
        dev=False,
    )
    from sealgate.asgi import build
    from sealgate.base.logs import get_logger
    from sealgate.cli.dev import HANDOVER_S
    from sealgate.infra.folder import sole_use
    from sealgate.infra.migrate import require_current
    from sealgate.web.server import require_port
    from sealgate.web.server import serve as run

    require_port(settings)
    require_current(settings)
    log = get_logger("server")
    address = {"host": settings.host, "port": settings.port, "public_url": settings.public_url}
    alone = nullcontext() if settings.database_url else sole_use(Path(settings.data_dir), wait_s=HANDOVER_S)
    with alone:
        run(build(settings), settings, on_ready=lambda: log.info("ready", **address))
    log.info("stopped")


def worker() -> None:
    """Run the background loops alone, beside servers that share PostgreSQL."""
    settings = _settings(dev=False)
    if not settings.database_url:
        raise Refused(
            message="On SQLite the worker lives inside the server: a second process would wait for its write lock.",
            hint="Run `sealgate serve` alone, or set SEALGATE_DATABASE_URL to a PostgreSQL database.",
        )
    from sealgate.infra.migrate import require_current
    from sealgate.worker import run_worker

    require_current(settings)
    run_worker(settings)


def migrate(data_dir: DataDir = None, json: AsJson = False) -> None:
    """Bring the database to the form this version needs, and seal secrets under the newest master key."""
    settings = _settings(data_dir=_text(data_dir))
    from sealgate.cli.maintenance import reseal
    from sealgate.infra.migrate import HEAD
    from sealgate.infra.migrate import migrate as run

    before = run(settings)
    resealed = reseal(settings)
    if json:
        return print_json({"from": before, "to": HEAD, "resealed": resealed})
    say(
        f"The schema is at revision {HEAD}."
        if before == HEAD
        else f"The schema went from {before or 'nothing'} to {HEAD}."
    )
    if resealed:
        say(f"{resealed} secrets are sealed under the newest master key now.")


def doctor(data_dir: DataDir = None, json: AsJson = False) -> None:
    """Check settings, folder, keys, database, Redis and the running server; say what to mend."""
    from sealgate.cli.maintenance import examine

    findings = examine(load_settings(overrides={"data_dir": _text(data_dir)}))
    healthy = all(finding.ok for finding in findings)
    if json:
        print_json({"healthy": healthy, "checks": findings})
    else:
        for finding in findings:
            say(f"{'ok ' if finding.ok else 'BAD'}  {finding.name:<10} {finding.found}")
            if finding.cure:
                say(f"     {'':<10} {finding.cure}")
    if not healthy:
        note("sealgate: something needs mending.")
        raise typer.Exit(1)


def backup(
    file: Annotated[Path, typer.Argument(help="Archive to write (.tar.gz).")],
    data_dir: DataDir = None,
    with_master_key: Annotated[
        bool, typer.Option("--with-master-key", help="Put the master key in too: the archive then opens every secret.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Write the database to an archive while the server runs. The master key stays out unless told."""
    from sealgate.cli.backup import write_backup

    kept = write_backup(_settings(data_dir=_text(data_dir)), file, with_master_key=with_master_key)
    if json:
        return print_json({"file": str(file), "members": kept})
    say(f"{file} holds {', '.join(kept)}.")
    if not with_master_key:
        say("The master key is not in it. Without that key the stored secrets cannot be opened: keep it elsewhere.")


def restore(
    file: Annotated[Path, typer.Argument(help="Archive made by `sealgate backup`.")],
    data_dir: DataDir = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the data that is there.")] = False,
    json: AsJson = False,
) -> None:
    """Put the data of an archive in place. The server must be stopped."""
    from sealgate.cli.backup import read_backup

    kept = read_backup(_settings(data_dir=_text(data_dir)), file, replace=replace)
    print_json({"file": str(file), "members": kept}) if json else say(f"Restored {', '.join(kept)}.")
