"""`sealgate login`, `whoami`, `logout`: the person at this terminal, signed in by the wallet (RFC 8628; oauth2 B12).

A login is a file in the user's configuration folder. What it is for: calls as that person, by `whoami` and, with
`whoami --token`, by any other program.
"""

import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from sealgate.cli.environment import Environment, write_private_file
from sealgate.cli.output import AsJson, Refused, is_interactive, note, print_json, say

if TYPE_CHECKING:
    from sealgate.cli.sign_in import Provider, Tokens, Waiting

SCOPE = "openid profile offline_access"
FRESH_FOR_S = 60
MAX_QR_CHARS = 300  # a larger code fits no terminal


class Login(msgspec.Struct, frozen=True):
    """Who is signed in, where, and the tokens. `expires_at` is seconds since 1970, of the access token."""

    issuer: str
    client_id: str
    account: str
    access_token: str
    refresh_token: str | None
    expires_at: int

    def renewed(self, tokens: "Tokens", *, now: float) -> "Login":
        """Return the login with other tokens."""
        return msgspec.structs.replace(
            self,
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token or None,
            expires_at=int(now) + tokens.expires_in,
        )


def add_commands(cli: typer.Typer) -> None:
    """Add the commands to the table."""
    for command in (login, whoami, logout):
        cli.command()(command)


def login(
    issuer: Annotated[str | None, typer.Option(help="The provider; SEALGATE_URL by default.")] = None,
    client_id: Annotated[
        str | None, typer.Option(help="API key of the app to sign in to; SEALGATE_API_KEY by default.")
    ] = None,
    scope: Annotated[str, typer.Option(help="What to ask for.")] = SCOPE,
    json: Annotated[
        bool, typer.Option("--json", help="Print the tokens as one JSON object and keep nothing; words go to stderr.")
    ] = False,
) -> None:
    """Sign in with a wallet: shows a code and a link, and waits until somebody approved them."""
    from sealgate.cli.sign_in import Provider

    environment = Environment()
    with Provider((issuer or environment.url).rstrip("/")) as provider:
        app = client_id or environment.need("SEALGATE_API_KEY", "the API key of an app, or --client-id")
        waiting = provider.begin(app, scope)
        _show(waiting)
        tokens = provider.wait(app, waiting, pause=_pause_until(waiting), clock=time.monotonic)
        account = provider.userinfo(tokens.access_token)["sub"]
        new = Login(provider.issuer, app, account, "", None, 0).renewed(tokens, now=time.time())
        if json:
            return print_json({**msgspec.structs.asdict(new), "scope": tokens.scope})
        earlier = _stored(environment)
        _store(environment, new)
        say(f"Signed in as {account} at {provider.issuer}.", "`sealgate whoami` asks the server who that is.")
        if earlier is not None:
            # The new one stands whatever becomes of this; the earlier one ends by itself in time.
            with suppress(Refused):
                _end(earlier)


def whoami(
    token: Annotated[
        bool, typer.Option("--token", help="Print the access token and nothing else, for calls of other programs.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Ask the server who is signed in, and renew the login where it is about to end."""
    from sealgate.cli.sign_in import Provider

    environment = Environment()
    kept = _need(environment)
    with Provider(kept.issuer) as provider:
        kept = _fresh(environment, provider, kept)
        about = _ask(environment, provider, kept)
    if token:
        return say(kept.access_token)
    if json:
        return print_json({"issuer": kept.issuer, "client_id": kept.client_id, **about})
    until = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(kept.expires_at))
    renews = ", renewed by itself" if kept.refresh_token else ""
    say(
        about["sub"],
        f"  at       {kept.issuer}",
        f"  app      {kept.client_id}",
        f"  network  {about.get('networkType') or 'unknown'}",
        f"  until    {until}{renews}",
    )
    return None


def logout(json: AsJson = False) -> None:
    """End the login: the server forgets its tokens, this machine the file."""
    environment = Environment()
    kept = _need(environment)
    try:
        _end(kept)
    except Refused as refusal:
        raise Refused(
            message=f"{refusal.message} The login is still there.",
            hint=f"Try again when the server answers; to forget it here only, remove {_path(environment)}.",
        ) from None
    _path(environment).unlink(missing_ok=True)
    print_json({"account": kept.account, "issuer": kept.issuer}) if json else say(f"{kept.account} is signed out.")


def _show(waiting: "Waiting") -> None:
    """Show code, link and QR code on stderr, where they are seen whatever becomes of stdout."""
    link = waiting.verification_uri_complete or waiting.verification_uri
    note("Open this address, or scan the code, and approve the sign-in with your wallet:", "", f"  {link}", "")
    if is_interactive() and len(link) <= MAX_QR_CHARS:
        import segno

        segno.make(link, error="m").terminal(sys.stderr, compact=True)
    note(f"The page must show the code {waiting.user_code}. If it shows another one, somebody else is asking.")


def _pause_until(waiting: "Waiting") -> Any:
    """Return what waits between two polls; at a terminal it counts down."""
    if not is_interactive():
        return time.sleep
    until = time.monotonic() + waiting.expires_in

    def pause(seconds: float) -> None:
        end = time.monotonic() + seconds
        try:
            while (now := time.monotonic()) < end:
                left = max(0, round(until - now))
                sys.stderr.write(f"\rWaiting for your wallet, {left // 60}:{left % 60:02} left ")
                sys.stderr.flush()
                time.sleep(min(1.0, end - now))
        finally:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    return pause


def _fresh(environment: Environment, provider: "Provider", kept: Login) -> Login:
    if time.time() < kept.expires_at - FRESH_FOR_S:
        return kept
    return _renewed(environment, provider, kept)


def _renewed(environment: Environment, provider: "Provider", kept: Login) -> Login:
    from sealgate.cli.sign_in import OAuthRefused

    if kept.refresh_token is None:
        raise _ended(kept)
    try:
        tokens = provider.refresh(kept.client_id, kept.refresh_token)
    except OAuthRefused as refusal:
        if refusal.word in ("invalid_grant", "invalid_client", "unauthorized_client"):
            raise _ended(kept) from None
        raise
    renewed = kept.renewed(tokens, now=time.time())
    _store(environment, renewed)
    return renewed


def _ask(environment: Environment, provider: "Provider", kept: Login) -> dict[str, Any]:
    from sealgate.cli.sign_in import OAuthRefused

    try:
        return provider.userinfo(kept.access_token)
    except OAuthRefused as refusal:
        if refusal.word == "invalid_token":
            raise _ended(kept) from None
        raise


def _end(kept: Login) -> None:
    """Give the tokens back: all that came of the sign-in where it could be renewed, else the one access token."""
    from sealgate.cli.sign_in import Provider

    with Provider(kept.issuer) as provider:
        provider.revoke(kept.client_id, kept.refresh_token or kept.access_token)


def _ended(kept: Login) -> Refused:
    return Refused(
        message=f"The login of {kept.account} at {kept.issuer} has ended.", hint="Run `sealgate login` again."
    )


def _need(environment: Environment) -> Login:
    kept = _stored(environment)
    if kept is None:
        raise Refused(message="Nobody is signed in.", hint="Run `sealgate login`.")
    return kept


def _stored(environment: Environment) -> Login | None:
    path = _path(environment)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Login)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as problem:
        raise Refused(message=f"The login in {path} cannot be read: {problem}", hint="Remove it and log in.") from None


def _store(environment: Environment, new: Login) -> None:
    path = _path(environment)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private_file(path, msgspec.json.encode(new))
    except OSError as problem:
        raise Refused(
            message=f"The login cannot be kept in {path}: {problem.strerror}.",
            hint="Set XDG_CONFIG_HOME to a folder that can be written, or use --json.",
        ) from None


def _path(environment: Environment) -> Path:
    return environment.config_dir / "login.json"
