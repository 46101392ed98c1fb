"""What is known about an account beyond the ledger: the operator's word on it, and no more (platform-api 8 and 14)."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from sealgate.apps.model import App
from sealgate.base.ids import as_uuid
from sealgate.holders import service as holders
from sealgate.infra.tx import Tx
from sealgate.ledger.addresses import is_classic_address
from sealgate.lookups.errors import AccountMalformed
from sealgate.lookups.sources import KnownAccount, Sources
from sealgate.tokens import service as tokens
from sealgate.tokens.model import AppOrUser
from sealgate.tokens.user_routes import CORS
from sealgate.web import Anyone, Call, Cors, Router

KycStatus = Literal["NONE", "IN_PROGRESS", "REJECTED", "SUCCESSFUL"]
STATUSES: Mapping[str, str] = {
    "NONE": "No check was made",
    "IN_PROGRESS": "A check was begun and has not ended",
    "REJECTED": "The check ended without success",
    "SUCCESSFUL": "The check ended with success",
}
OPEN_TO_ALL = Cors()


def _name(name: str) -> str:
    """Return a member's name on the wire: camel case, but for the one that old clients know otherwise."""
    first, *others = name.split("_")
    return name if name == "force_dtag" else first + "".join(word.capitalize() for word in others)


router = Router(tags=("lookups",))


class KycAccount(Struct, frozen=True, rename="camel"):
    """Whether an account's holder was identified."""

    account: str
    kyc_approved: bool


class KycIn(Struct, frozen=True):
    """Whose status: that of the holder behind a user token of the app."""

    user_token: Annotated[str, Meta(max_length=64)] = ""


class KycUser(Struct, frozen=True, rename="camel"):
    """How far the identification of a user got; `possibleStatuses` describes each word."""

    kyc_status: KycStatus
    possible_statuses: Mapping[str, str] = msgspec.field(default_factory=lambda: STATUSES)


class Profile(Struct, frozen=True, rename="camel"):
    """A profile; this server keeps none, so all is null."""

    account_alias: str | None = None
    owner_alias: str | None = None
    slug: str | None = None
    profile_url: str | None = None
    account_slug: str | None = None
    pay_string: str | None = None


class Alias(Struct, frozen=True, rename="camel"):
    """A name somebody gives the account."""

    account_alias: str
    source: str


class GlobalId(Struct, frozen=True, rename="camel"):
    """A link to an identity; this server makes none."""

    linked: str | None = None
    profile_url: str | None = None


class AccountMeta(Struct, frozen=True, kw_only=True, rename=_name):
    """An account as `platform-api` 14 shows it."""

    account: str
    kyc_approved: bool
    xumm_pro: bool = False
    blocked: bool
    force_dtag: bool
    avatar: str
    xumm_profile: Profile = Profile()
    third_party_profiles: list[Alias]
    globalid: GlobalId = GlobalId()


class AccountInfo(Struct, frozen=True, kw_only=True, rename=_name):
    """An account as wallets see it (wallet-api 9.2)."""

    account: str
    name: str | None
    domain: str | None
    blocked: bool
    source: str
    force_dtag: bool
    kyc_approved: bool
    pro_subscription: bool = False


@router.get(
    "/api/v1/platform/kyc-status/{account:text}",
    caller=Anyone,
    answers=KycAccount,
    raises=(AccountMalformed,),
    limit="kyc",
    cors=CORS,
)
async def get_kyc(call: Call[Anyone]) -> KycAccount:
    """Tell whether the holder of an account was identified; no for one nobody knows."""
    account = _account(call)
    return KycAccount(account, await _kyc_of(call, account) == "SUCCESSFUL")


@router.post("/api/v1/platform/kyc-status", caller=AppOrUser, takes=KycIn, answers=KycUser, cors=CORS)
async def post_kyc(call: Call[AppOrUser]) -> KycUser:
    """Tell how far the identification of one of the app's users got; `NONE` for a token that is not the app's."""
    asked: KycIn = call.body
    user = call.caller.user
    account = (
        user.account
        if user is not None
        else await call.db.read(_account_of, call.caller.app.uuid, asked.user_token.lower(), now=call.now)
    )
    return KycUser("NONE" if account is None else await _kyc_of(call, account))


@router.get("/api/v1/platform/account-meta/{account:text}", caller=App, answers=AccountMeta, raises=(AccountMalformed,))
async def get_account_meta(call: Call[App]) -> AccountMeta:
    """Show what the operator of this server says of an account."""
    account = _account(call)
    known = (await call.context.get(Sources).accounts.read()).get(account)
    told = known or KnownAccount()
    return AccountMeta(
        account=account,
        kyc_approved=await _kyc_of(call, account) == "SUCCESSFUL",
        blocked=told.blocked,
        force_dtag=told.force_dtag,
        avatar=f"{call.settings.public_url}/avatar/{account}.png",
        third_party_profiles=[Alias(told.name, told.source)] if told.name else [],
    )


@router.get(
    "/api/v1/app/account-info/{account:text}",
    caller=Anyone,
    answers=dict,
    documents=AccountInfo,
    raises=(AccountMalformed,),
    limit="accounts",
    cors=OPEN_TO_ALL,
)
async def get_account_info(call: Call[Anyone]) -> dict[str, Any]:
    """Show a wallet what the operator says of an account; an empty object where that is nothing."""
    account = _account(call)
    known = (await call.context.get(Sources).accounts.read()).get(account)
    if known is None:
        return {}
    info = AccountInfo(
        account=account,
        name=known.name,
        domain=known.domain,
        blocked=known.blocked,
        source=known.source,
        force_dtag=known.force_dtag,
        kyc_approved=await _kyc_of(call, account) == "SUCCESSFUL",
    )
    return msgspec.to_builtins(info)  # type: ignore[no-any-return]


def _account(call: Call[Any]) -> str:
    account = call.path["account"]
    if not is_classic_address(account):
        raise AccountMalformed
    return account


async def _kyc_of(call: Call[Any], account: str) -> KycStatus:
    sources = call.context.get(Sources)
    if sources.kyc_feed is not None:
        told: KycStatus = msgspec.convert(await sources.kyc_feed(account), KycStatus)
        return told
    known = (await sources.accounts.read()).get(account)
    return "SUCCESSFUL" if known is not None and known.kyc_approved else "NONE"


def _account_of(tx: Tx, app_uuid: str, user_token: str, *, now: Any) -> str | None:
    """Return the account that the holder behind a user token proved first, None where there is none."""
    token = as_uuid(user_token)
    found = tokens.find_live_user_token(tx, app_uuid, token, now) if token else None
    known = holders.accounts_of(tx, found.holder_uuid) if found else []
    return known[0].address if known else None
