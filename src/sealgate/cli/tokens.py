"""`sealgate token …`: what is in a token, whether it counts, and if not, why; offline but for the published keys."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import msgspec
import typer

from sealgate.cli.environment import Environment
from sealgate.cli.output import AsJson, Refused, print_json, say

if TYPE_CHECKING:
    from datetime import datetime

    from sealgate.cli.token_reading import Problem, Reading

cli = typer.Typer(help="Tokens that users' pages bring.", no_args_is_help=True)

_STDIN = "-"
_DISCOVERY = "/.well-known/openid-configuration"


class Published(msgspec.Struct, frozen=True):
    """Keys to check with, where they are from, and whose they are where that is known."""

    keys: list[dict[str, Any]]
    where: str
    issuer: str | None = None


@cli.command()
def verify(
    token: Annotated[str, typer.Argument(help="The token, or - for standard input.")],
    secret: Annotated[
        str | None,
        typer.Option(help="API secret that signed an xApp's JWT, or - for stdin, instead of SEALGATE_API_SECRET."),
    ] = None,
    issuer: Annotated[str | None, typer.Option(help="Who must have issued it, instead of SEALGATE_URL.")] = None,
    jwks: Annotated[str | None, typer.Option(help="Check by this JWK set instead: a file or a URL.")] = None,
    audience: Annotated[
        str | None, typer.Option(help="API key it must be for; SEALGATE_API_KEY unless --secret or --jwks is given.")
    ] = None,
    id_token: Annotated[bool, typer.Option("--id-token", help="Expect an ID token.")] = False,
    json: AsJson = False,
) -> None:
    """Check a token as your back end would, and say in words what is wrong with it.

    The JWT of an xApp is checked by the app's API secret, tokens of a sign-in by the server's published keys.
    """
    if token == _STDIN and secret == _STDIN:
        raise typer.BadParameter("only one of token and --secret can come from standard input")
    from sealgate.base.clock import SystemClock
    from sealgate.cli.token_checks import check_claims
    from sealgate.cli.token_reading import NotAToken, problem_of_form, read_token

    environment = Environment()
    try:
        reading = read_token(sys.stdin.read() if token == _STDIN else token)
    except NotAToken as not_one:
        return _report(None, [not_one.problem], now=SystemClock().now(), json=json)
    unsound = problem_of_form(reading)
    expected_issuer = issuer
    if unsound is not None:
        problems = [unsound]
    elif reading.kind == "xapp":
        problems = _of_secret(reading, secret, environment)
    else:
        published = _published(issuer, jwks, environment)
        expected_issuer = published.issuer
        problems = _of_keys(reading, published)
    now = SystemClock().now()
    if unsound is None:
        # A key that was named may be another app's than that of the environment.
        is_named = secret is not None if reading.kind == "xapp" else jwks is not None
        problems += check_claims(
            reading,
            now=now,
            audience=audience or (None if is_named else environment.get("SEALGATE_API_KEY")),
            issuer=expected_issuer,
            wanted=("id",) if id_token else ("access", "xapp"),
        )
    _report(reading, problems, now=now, json=json)


def _of_secret(reading: "Reading", secret: str | None, environment: Environment) -> list["Problem"]:
    from sealgate.cli.token_checks import check_secret

    found = sys.stdin.readline().rstrip("\r\n") if secret == _STDIN else secret
    if found is None:
        found = environment.need("SEALGATE_API_SECRET", "the API secret of the token's app (or --secret)")
    problem = check_secret(reading, found)
    return [] if problem is None else [problem]


def _of_keys(reading: "Reading", published: Published) -> list["Problem"]:
    from sealgate.cli.token_checks import check_jwks

    problem = check_jwks(reading, published.keys, where=published.where)
    return [] if problem is None else [problem]


def _published(issuer: str | None, jwks: str | None, environment: Environment) -> Published:
    if jwks is not None:
        return Published(_keys_of(_load(jwks), jwks), jwks, issuer)
    # What the token itself names as its issuer proves nothing: whoever forges one writes that, too.
    server = (issuer or environment.url).rstrip("/")
    document = _load(server + _DISCOVERY)
    named, uri = document.get("issuer"), document.get("jwks_uri")
    if not isinstance(named, str) or not isinstance(uri, str):
        raise Refused(message=f"{server} has no discovery document of an OpenID provider.")
    if issuer is not None and named != issuer:
        raise Refused(
            message=f"{server} says that it issues as {named}, not as {issuer}.",
            hint="Give --issuer to the letter as the provider names itself.",
        )
    return Published(_keys_of(_load(uri), uri), uri, named)


def _load(source: str) -> dict[str, Any]:
    if source.startswith(("https://", "http://")):
        from sealgate.cli.http import Client

        parts = urlsplit(source)
        client = Client(f"{parts.scheme}://{parts.netloc}")
        try:
            found = client.call("GET", source)
        finally:
            client.close()
    else:
        try:
            found = msgspec.json.decode(Path(source).read_bytes())
        except (OSError, msgspec.DecodeError) as problem:
            raise Refused(message=f"The keys in {source} cannot be read: {problem}") from None
    if not isinstance(found, dict):
        raise Refused(message=f"{source} holds no JSON object.")
    return found


def _keys_of(document: dict[str, Any], where: str) -> list[dict[str, Any]]:
    keys = document.get("keys")
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise Refused(message=f"{where} is no JWK set: it has no list of keys.")
    return keys


def _report(reading: "Reading | None", problems: list["Problem"], *, now: "datetime", json: bool) -> None:
    if json:
        print_json(
            {
                "valid": not problems,
                "kind": reading.kind if reading else None,
                "app": reading.app if reading else None,
                "problems": problems,
                "header": reading.header if reading else None,
                "claims": reading.claims if reading else None,
            }
        )
    elif reading is not None:
        _show(reading, trusted=not problems)
    if problems:
        raise Refused(
            message="This token does not count. " + " ".join(problem.message for problem in problems),
            hint=" ".join(problem.hint for problem in problems if problem.hint),
        )
    if not json:
        app = f" It is for the app {reading.app}." if reading else ""
        say("", f"It counts.{app} Whether it was revoked cannot be told offline: GET /api/v1/jwt/ping can.")


def _show(reading: "Reading", *, trusted: bool) -> None:
    from sealgate.cli.token_reading import KIND_NAMES

    what = KIND_NAMES[reading.kind] if reading.kind else "a JWT of an unknown kind"
    say(f"{what[0].upper()}{what[1:]}, {reading.alg}" + ("" if trusted else "; what it says is not proved:"))
    for name, value in reading.claims.items():
        say(f"  {name:<18} {_words(name, value)}")


def _words(name: str, value: object) -> str:
    from sealgate.base.clock import from_ms, to_wire

    if name in ("iat", "exp", "nbf", "auth_time") and isinstance(value, int) and 0 <= value < 2**37:
        return f"{value}  {to_wire(from_ms(value * 1000))}"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
