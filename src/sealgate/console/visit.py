"""How the console declares its routes: each says who may come, and gets a `Visit` with who came.

    @console.page("/apps/{app:uuid}/team", role=Role.VIEWER)
    async def get_team(visit: AppVisit) -> Page: ...

    @console.form("/apps/{app:uuid}/team", role=Role.OWNER)
    async def post_team(visit: AppVisit) -> Redirect: ...

There is no other way to declare one: `RULES` lists them all, and a test walks that list as a stranger, as a viewer and
as a disabled developer.
"""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from sealgate.apps.directory import AppDirectory
from sealgate.apps.model import App
from sealgate.base.errors import SealgateError
from sealgate.console import service
from sealgate.console.cookies import read_session
from sealgate.console.errors import FormForged, NotSignedIn, OperatorsOnly, RoleTooLow
from sealgate.console.model import Developer, Role, Session
from sealgate.infra.tx import Tx
from sealgate.oauth.pages.csrf import CSRF_FIELD, csrf_token
from sealgate.web import Anyone, Call, Download, EventStream, Page, Raw, Redirect, Router, read_form
from sealgate.web.multipart import is_multipart, read_multipart

T = TypeVar("T")

ROOT = "/console"
FORM_PURPOSE = "console"
ROOM_FOR_FIELDS = 65_536
FORM_FIELDS = 400
"""Inputs a form may have; the request builder has the most."""

Answer = Page | Redirect | Raw | EventStream | Download


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may use a route.

    Attributes:
        role: The least role in the app that the path names; None where it names none.
        operator: Whether it is for operators alone.
        public: Whether it is open to people who are not signed in.
        file_bytes: Largest file that the form may carry; 0 for a form without one.
    """

    method: str
    path: str
    role: Role | None = None
    operator: bool = False
    public: bool = False
    file_bytes: int = 0


RULES: list[Rule] = []
"""Every route of the console."""

router = Router(tags=("console",))


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in developer's call.

    Attributes:
        form: What a form sent, by name; of several values with one name the last. `fields` has them all.
        file: The content of the file that came with it, empty where there is none.
    """

    call: Call[Anyone]
    developer: Developer
    session: Session
    secret: str
    form: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[tuple[str, str], ...] = ()
    file: bytes = b""

    @property
    def csrf(self) -> str:
        """The token every form on the answer carries."""
        return csrf_token(self.secret, FORM_PURPOSE)

    def page(
        self, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
    ) -> Page:
        """Return a page of the console; templates extend `console/frame.html`."""
        frame = {
            "done": self.call.query.get("said"),
            "developer": self.developer,
            "csrf": self.csrf,
            "app": None,
            "role": None,
            "here": self.call.raw_path.decode("latin-1").rstrip("/"),
        }
        return Page(f"console/{template}", {**frame, **values}, status=status, headers=headers or {})

    async def change(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        """Run a verb that goes into the audit log: it also gets `actor`, `reference` and `now`."""
        how = {"actor": self.developer.account, "reference": self.call.ref, "now": self.call.now}
        changed: T = await self.call.db.write(fn, *args, **kwargs, **how)
        return changed

    def back_to(self, path: str, *, said: str = "") -> Redirect:
        """Return a redirect to a page below `/console`, which then says what was done.

        Args:
            said: A word of `frame.html`'s list, such as `saved`.
        """
        query = f"?{urlencode({'said': said})}" if said else ""
        return Redirect(f"{ROOT}{path}{query}")


@dataclass(frozen=True, slots=True)
class AppVisit(Visit):
    """A visit to one app, by somebody who has a part in it."""

    app: App = None  # type: ignore[assignment]  # a dataclass's fields with defaults come last
    role: Role = Role.VIEWER

    @property
    def may_develop(self) -> bool:
        """Whether settings may be changed, and things be sent."""
        return self.role >= Role.DEVELOPER

    @property
    def may_own(self) -> bool:
        """Whether secrets, sharing and the app's end are theirs."""
        return self.role is Role.OWNER

    def page(
        self, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
    ) -> Page:
        """Return a page about the app; templates extend `console/app_frame.html`."""
        own = {"app": self.app, "role": self.role, "may_develop": self.may_develop, "may_own": self.may_own}
        return Visit.page(self, template, status=status, headers=headers, **{**own, **values})

    async def change_app(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> T:
        """Run a verb that changes the app, as `change` does; whoever reads the answer may count on it at once."""
        changed = await self.change(fn, *args, **kwargs)
        self.call.context.get(AppDirectory).forget(self.app.uuid)
        return changed

    async def still_may(self, *, now: datetime) -> bool:
        """Tell whether whoever follows a stream may still see the app: sessions end, and so do parts in apps."""
        found = await self.call.db.read(_look_up, self.secret, self.app.uuid, now=now)
        return not isinstance(found, SealgateError)

    def back_to_app(self, path: str = "", *, said: str = "") -> Redirect:
        """Return a redirect to a page of the app."""
        return self.back_to(f"/apps/{self.app.uuid}{path}", said=said)


V = TypeVar("V", bound=Visit)
Handler = Callable[[V], Awaitable[Answer]]


def page(path: str, *, role: Role | None = None, operator: bool = False) -> Callable[[Handler[V]], Handler[V]]:
    """Declare a GET route below `/console`: a page, a file to save, or a stream."""
    return _declare(Rule("GET", ROOT + path, role, operator))


def form(
    path: str, *, role: Role | None = None, operator: bool = False, file_bytes: int = 0
) -> Callable[[Handler[V]], Handler[V]]:
    """Declare a POST route below `/console` for a form of ours; `visit.form` has its fields.

    Args:
        file_bytes: Largest file that it may carry, which is then `visit.file`; the form's enctype is multipart.
    """
    return _declare(Rule("POST", ROOT + path, role, operator, file_bytes=file_bytes))


def public_page(path: str) -> Callable[[Callable[[Call[Anyone]], Awaitable[Answer]]], Any]:
    """Declare a GET route below `/console` for people who are not signed in."""
    rule = Rule("GET", ROOT + path, public=True)
    RULES.append(rule)
    return router.page(rule.path)


def _declare(rule: Rule) -> Callable[[Handler[V]], Handler[V]]:
    if (rule.role is not None) is not ("{app:uuid}" in rule.path):
        raise ValueError(f"{rule.path}: a role belongs to a path with an app, and to no other")

    def declare(handler: Handler[V]) -> Handler[V]:
        async def answer(call: Call[Anyone]) -> Answer:
            try:
                visit: Any = await _admit(call, rule)
            except NotSignedIn:
                if rule.method != "GET":
                    raise
                return Redirect(f"{ROOT}?{urlencode({'back': _path_and_query(call)})}")
            return await handler(visit)

        RULES.append(rule)
        router.page(rule.path, method=rule.method)(answer)
        return handler

    return declare


async def _admit(call: Call[Anyone], rule: Rule) -> Visit:
    """Return the visit, or refuse it: not signed in, not theirs, not allowed, a forged form — in this order.

    The body is read last: who may not send the form may not send a file either.
    """
    secret = read_session(call.cookies, call.settings)
    if secret is None:
        raise NotSignedIn
    app_uuid = call.path.get("app") if rule.role is not None else None
    found = await call.db.read(_look_up, secret, app_uuid, now=call.now)
    if isinstance(found, SealgateError):
        raise found
    session, developer, app, role = found
    if call.now - session.seen_at > service.SEEN_AGAIN_AFTER:
        await call.db.write(service.note_seen, session, now=call.now)
    if rule.operator and not developer.operator:
        raise OperatorsOnly
    if app is not None and role is not None and rule.role is not None and role < rule.role:
        raise RoleTooLow(detail=f"app={app.uuid} role={role.word} needs={rule.role.word}")
    fields, file = await _read_fields(call, rule) if rule.method == "POST" else ((), b"")
    if rule.method == "POST":
        _check_form(call, secret, dict(fields))
    if app is None or role is None:
        return Visit(call, developer, session, secret, dict(fields), fields, file)
    return AppVisit(call, developer, session, secret, dict(fields), fields, file, app, role)


async def _read_fields(call: Call[Anyone], rule: Rule) -> tuple[tuple[tuple[str, str], ...], bytes]:
    content_type = call.headers.get("content-type", "")
    if not rule.file_bytes or not is_multipart(content_type):
        return tuple(read_form(await call.read_body(), most=FORM_FIELDS)), b""
    sent = read_multipart(content_type, await call.read_body(limit=rule.file_bytes + ROOM_FOR_FIELDS))
    return sent.fields, next((content for _, content in sent.files), b"")


def _look_up(
    tx: Tx, secret: str, app_uuid: str | None, *, now: Any
) -> tuple[Session, Developer, App | None, Role | None] | SealgateError:
    known = service.find_session(tx, secret, now=now)
    if known is None:
        return NotSignedIn()
    session, developer = known
    if app_uuid is None:
        return session, developer, None, None
    app, role = service.role_in(tx, developer, app_uuid)
    return session, developer, app, role


def _check_form(call: Call[Anyone], secret: str, fields: Mapping[str, str]) -> None:
    """Refuse a form that another page sent: it cannot know the token, and browsers say where it comes from."""
    token = csrf_token(secret, FORM_PURPOSE)
    if not hmac.compare_digest(fields.get(CSRF_FIELD, "").encode(), token.encode()):
        raise FormForged
    if call.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise FormForged(detail="from another site")


def _path_and_query(call: Call[Anyone]) -> str:
    query = call.scope["query_string"].decode("latin-1")
    path = call.raw_path.decode("latin-1")
    return f"{path}?{query}" if query else path


def own_path(text: str) -> str:
    """Return a path of the console that may be gone back to; the first page for anything else."""
    parts = urlsplit(text) if text.isprintable() and "\\" not in text else None
    if parts is None or parts.scheme or parts.netloc or not (parts.path == ROOT or parts.path.startswith(f"{ROOT}/")):
        return ROOT
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
