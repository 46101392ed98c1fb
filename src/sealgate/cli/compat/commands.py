"""`sealgate compat check URL`."""

import sys
from typing import Annotated

import typer

from sealgate.cli.environment import Environment
from sealgate.cli.output import AsJson, Refused, print_json, say

cli = typer.Typer(help="How an endpoint stands to published clients.", no_args_is_help=True)

Key = Annotated[str | None, typer.Option(help="API key of an app there.")]
Secret = Annotated[str | None, typer.Option(help="Its API secret; - reads it from stdin.")]


@cli.callback()
def _of_clients() -> None:
    """How an endpoint stands to published clients."""


@cli.command()
def check(
    url: Annotated[str, typer.Argument(help="Origin of the endpoint, such as https://sign.example.")],
    api_key: Key = None,
    api_secret: Secret = None,
    oauth_url: Annotated[str | None, typer.Option(help="Where people sign in, if that is another origin.")] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Make one sign request too, look at it, and cancel it.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Call an endpoint as published clients do, and tell what fits and what does not. Makes nothing without --write.

    Key and secret are those of the environment where SEALGATE_URL is this endpoint; nobody else is sent them.
    """
    from sealgate.cli.compat.checking import Endpoint, check

    origin = _origin(url)
    key, secret = _credentials(origin, api_key, api_secret)
    endpoint = Endpoint(
        url=origin, oauth_url=_origin(oauth_url) if oauth_url else origin, api_key=key, api_secret=secret
    )
    findings = []
    for finding in check(endpoint, write=write):
        findings.append(finding)
        if json:
            continue
        mark = {"fits": "ok ", "differs": "BAD", "lacking": "-  ", "skipped": "-  "}[finding.state]
        say(f"{mark}  {finding.name:<40} {' '.join(finding.clients)}" + (f"   {finding.why}" if finding.why else ""))
        for misfit in finding.misfits:
            say(f"       {misfit.at}: {misfit.found}; wanted {misfit.wanted} ({' '.join(misfit.clients)})")
    fits = all(finding.state != "differs" for finding in findings)
    clients = _by_client(findings)
    if json:
        print_json({"url": origin, "fits": fits, "clients": clients, "checks": findings})
    else:
        say("")
        for one in clients:
            words = "fits" if one["fits"] else "breaks at: " + ", ".join(map(str, one["breaks_at"]))  # type: ignore[call-overload]
            say(f"{one['client']:<5} {one['name']:<28} {words}")
        skipped = sum(finding.state == "skipped" for finding in findings)
        verdict = "All fits." if fits else "It does not all fit."
        say("", f"{len(findings) - skipped} calls made, {skipped} left out. {verdict}")
    if not fits:
        raise typer.Exit(1)


def _by_client(findings: list) -> list[dict[str, object]]:  # type: ignore[type-arg]
    from sealgate.cli.compat.traffic import CLIENTS

    summary: list[dict[str, object]] = []
    for client, name in CLIENTS.items():
        breaks = [finding.name for finding in findings if any(client in misfit.clients for misfit in finding.misfits)]
        summary.append({"client": client, "name": name, "fits": not breaks, "breaks_at": breaks})
    return summary


def _origin(url: str) -> str:
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.username is not None:
        raise typer.BadParameter(f"{url!r} is no origin such as https://sign.example")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _credentials(origin: str, api_key: str | None, api_secret: str | None) -> tuple[str, str]:
    if api_secret == "-":  # noqa: S105 - where to read it from
        api_secret = sys.stdin.readline().strip()
    if api_key is None and api_secret is None:
        environment = Environment()
        known = environment.get("SEALGATE_URL")
        if known is not None and known.rstrip("/") == origin:
            return environment.get("SEALGATE_API_KEY") or "", environment.get("SEALGATE_API_SECRET") or ""
        return "", ""
    if api_secret and not api_key:
        raise Refused(message="A secret without its key.", hint="Give --api-key, too.")
    return api_key or "", api_secret or ""
