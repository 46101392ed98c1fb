"""The shapes of answers, events and questions. Generated from docs/openapi.json and docs/asyncapi.json."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from sealgate_client._model import Model


class AccountMeta(Model):
    """An account."""

    _shapes = {
        "xummProfile": "Profile",
        "thirdPartyProfiles": "[]Alias",
        "globalid": "GlobalId",
    }

    account: str
    kycApproved: bool
    xummPro: bool
    blocked: bool
    force_dtag: bool
    avatar: str
    xummProfile: Profile
    thirdPartyProfiles: list[Alias]
    globalid: GlobalId


class Alias(Model):
    """A name somebody gives the account."""

    accountAlias: str
    source: str


class Application(Model):
    """The app that asks, for developers and wallets. `disabled` is 0 or 1."""

    name: str
    description: str
    disabled: int
    uuidv4: str
    icon_url: str
    issued_user_token: str | None


class AssetsOut(Model):
    """Who issues what, as the operator of this server vouches for it."""

    _shapes = {
        "details": "{}IssuerOut",
    }

    issuers: list[str]
    currencies: list[str]
    details: dict[str, IssuerOut]


class AttemptOut(Model):
    """One try."""

    number: int
    at: str
    status: int | None
    """Of the answer; None where none came."""
    latency_ms: int | None
    error: str | None
    """What went wrong where none came."""
    answer: str | None
    """The first 2 KiB of the answer's body."""


class Authorized(Model):
    """What a one-time token is worth: the launch as the wallet told it, and a JWT for 24 hours."""

    _shapes = {
        "app": "AuthorizedApp",
    }

    ott: dict[str, Any]
    app: AuthorizedApp
    jwt: str


class AuthorizedApp(Model):
    """The app, as its own page may show it."""

    name: str


class CallOut(Model):
    """One answered call: `reference` is its X-Call-Ref, `route` the endpoint without the values in its path. `cause`
    says why a one-time token was refused, which its caller is not told.
    """

    number: int | None
    reference: str
    at: str
    method: str
    route: str
    status: int
    error_code: str | None
    duration_us: int
    cause: str | None


class CallsOut(Model):
    """A page of calls, latest first."""

    _shapes = {
        "calls": "[]CallOut",
    }

    calls: list[CallOut]


class CancelOut(Model):
    """The answer to a cancellation, whether or not it could be done."""

    _shapes = {
        "result": "CancelResult",
        "meta": "PayloadMeta",
        "custom_meta": "CustomMeta",
    }

    result: CancelResult
    meta: PayloadMeta
    """As it was before the call, but for `expired`, which is always true."""
    custom_meta: CustomMeta


class CancelResult(Model):
    """What came of a cancellation: `reason` is OK or one of four ALREADY_…"""

    cancelled: bool
    reason: str


class Caution(Model):
    """Something that was let through although it may be a mistake: why, and where as a JSON pointer."""

    message: str
    pointer: str


class ChangeOut(Model):
    """A change of one account's balance, in whole units."""

    counterparty: str
    currency: str
    value: str
    formatted: dict[str, str]


class CollectedOut(Model):
    """The signatures that are here, while others are waited for."""

    _shapes = {
        "signatures": "[]ContributionOut",
    }

    weight: int
    """What they weigh together."""
    quorum: int
    """What they must weigh, as the ledger had it when the latest one came."""
    signatures: list[ContributionOut]


class ContributionOut(Model):
    """One signature of several that is here."""

    account: str
    signer: str
    weight: int
    signed_at: str


class CurrencyOut(Model):
    """A currency of an issuer; `shortlist` is 0 or 1."""

    id: int
    issuer_id: int
    issuer: str
    currency: str
    name: str
    avatar: str
    shortlist: int


class CustomMeta(Model):
    """The developer's own notes, as they were given."""

    identifier: str | None
    blob: Any
    instruction: str | None


class CustomMetaIn(TypedDict, total=False):
    """The developer's own notes."""

    identifier: str | None
    """Unique in the app; the request can be read by it."""
    blob: dict[str, Any] | str | None
    """Private to the app: at most 1500 characters of compact JSON."""
    instruction: str | None
    """Shown to the person who is asked to sign."""


class DeliveriesOut(Model):
    """A page of deliveries, latest first."""

    _shapes = {
        "deliveries": "[]DeliveryOut",
    }

    deliveries: list[DeliveryOut]


class DeliveryDetailOut(Model):
    """A delivery with every try, the first one first."""

    _shapes = {
        "delivery": "DeliveryOut",
        "attempts": "[]AttemptOut",
    }

    delivery: DeliveryOut
    attempts: list[AttemptOut]


class DeliveryOut(Model):
    """An event on its way to an endpoint, or a push on its way to a device."""

    id: int
    webhook_id: str | None
    """The same in every try, at every endpoint, and when it is sent again; None for a push."""
    kind: str
    target: Literal["push", "webhook"]
    endpoint: str
    subject: str
    """UUID of the payload, for one."""
    state: Literal["cancelled", "delivered", "failed", "held", "waiting"]
    """`waiting`, `held` (its endpoint is paused), `delivered`, `failed` (given up), `cancelled` (nobody is left to
    send it to, or it has lost its meaning).
    """
    sending: bool
    """Whether it is being sent at this moment."""
    attempts: int
    next_at: str | None
    """When it is due, where it is waiting and not being sent."""
    created_at: str
    finished_at: str | None


class Departure(Model):
    """One field in which the signed transaction is not the request, as a wallet may have it."""

    field: str
    how: str
    """`added_by_wallet`, `replaced_by_wallet`, or `not_signed`: the network knows no such field."""
    requested: Any
    signed: Any


class DocumentOut(Model):
    """The app's document."""

    _shapes = {
        "application": "StoringApp",
    }

    application: StoringApp
    data: Any
    """Null where nothing is stored."""


class DocumentStoredOut(Model):
    """The app's document as it is from now on."""

    _shapes = {
        "application": "StoringApp",
    }

    application: StoringApp
    stored: bool
    """True, also where there was nothing to delete."""
    data: Any
    """Null after deleting."""


class ErrorDetails(Model):
    """What was refused and why."""

    reference: str
    code: int | str | None
    message: str
    hint: str
    pointer: str
    docs: str


class EventIn(TypedDict, total=False):
    """An event for one person: an entry in the list of their wallet, and a notification."""

    user_token: str | None
    """Whom it is for. Not needed with the person's access token."""
    user_uuid: str | None
    """Instead: UUID of the user, where the app may."""
    user_account: str | None
    """Instead: an account of the user, where the app may."""
    body: str
    """What the person reads."""
    subtitle: str | None
    """A title line below the app's name."""
    data: dict[str, Any] | None
    """Handed to the xApp when it is opened for this; at most 4 KiB."""
    silent: bool
    """An entry in the list alone, and nobody is woken."""


class EventOut(Model):
    """The event is on the person's list."""

    _shapes = {
        "push": "Unpushed",
    }

    pushed: bool
    """Whether the person's wallets were told."""
    uuid: str
    """Names the event: GET and DELETE `platform/payload/{uuid}`."""
    push: Unpushed | None
    """Only where `pushed` is false: why."""


class ExplorerOut(Model):
    """A ledger explorer; what is looked up is appended to each address."""

    name: str
    url_tx: str
    url_account: str | None
    url_ctid: str | None


class GlobalId(Model):
    """A link to an identity; this server makes none."""

    linked: str | None
    profileUrl: str | None


class Hook(Model):
    """A hook as people may know it."""

    _shapes = {
        "creator": "HookCreator",
    }

    name: str
    description: str
    creator: HookCreator | None
    xapp: str | None
    appuuid: str | None
    icon: str | None
    verifiedAccounts: list[str]
    audits: list[str]


class HookCreator(Model):
    """Who made a hook."""

    name: str | None
    mail: str | None
    site: str | None


class IconsOut(Model):
    """Pictures as `data:` URLs."""

    icon_square: str
    icon_asset: str


class IssuerOut(Model):
    """An issuer with its currencies by code."""

    _shapes = {
        "currencies": "{}CurrencyOut",
    }

    id: int
    name: str
    domain: str
    avatar: str
    shortlist: int
    currencies: dict[str, CurrencyOut]


class KeysOut(Model):
    """Everything the app keeps for the user, by name."""

    operation: Literal["LIST"]
    keys: list[str]
    count: int


class KycAccount(Model):
    """Whether an account's holder was identified."""

    account: str
    kycApproved: bool


class KycIn(TypedDict, total=False):
    """Whose status: that of the holder behind a user token of the app."""

    user_token: str


class KycUser(Model):
    """How far the identification of a user got; `possibleStatuses` describes each word."""

    kycStatus: Literal["IN_PROGRESS", "NONE", "REJECTED", "SUCCESSFUL"]
    possibleStatuses: dict[str, str] | None


class Next(Model):
    """Where to send the person: the sign page, and its QR form where a push was sent and may not arrive."""

    always: str
    no_push_msg_received: str | None


class NftokenOut(Model):
    """An NFToken: what its number says, and what a node adds."""

    issuer: str
    token: str
    owner: str | None
    """Who has it, where a node of the app's network keeps track of that and it was not burnt."""
    name: str | None
    """Never given: what an issuer calls it is written elsewhere, at an address that nobody vouches for."""
    image: str | None
    """Its own address, where that is a picture's."""


class NotificationIn(TypedDict, total=False):
    """A notification for one person."""

    user_token: str | None
    """Whom it is for. Not needed with the person's access token."""
    user_uuid: str | None
    """Instead: UUID of the user, where the app may."""
    user_account: str | None
    """Instead: an account of the user, where the app may."""
    body: str
    """What the person reads."""
    subtitle: str | None
    """A title line below the app's name."""
    data: dict[str, Any] | None
    """Handed to the xApp when it is opened for this; at most 4 KiB."""


class NotifiedOut(Model):
    """The notification was accepted."""

    _shapes = {
        "push": "Unpushed",
    }

    pushed: bool
    """Whether the person's wallets were told."""
    push: Unpushed | None
    """Only where `pushed` is false: why."""


class OptionsIn(TypedDict, total=False):
    """How a request is to be answered."""

    submit: bool
    """The wallet submits what it signed. Always false for a SignIn."""
    multisign: bool
    """Sign as one of several signers. Always false for a SignIn."""
    pathfinding: bool
    """Payment only: the user chooses what to pay with."""
    pathfinding_fallback: bool
    expire: int
    """Minutes in which a wallet must open the request."""
    signers: list[str] | None
    """Only one of these accounts may sign."""
    force_network: str | None
    """Key of the one network to sign on, such as MAINNET."""
    return_url: ReturnUrlIn | None
    immutable: bool | None
    """Kept and shown, without a meaning here."""
    force_account: bool | None
    """Kept and shown, without a meaning here."""


class PayloadCancelled(Model):
    """The app withdrew a sign request."""

    payload_uuid: str
    identifier: str | None


class PayloadContributed(Model):
    """One of several signers has signed, and others are waited for."""

    _shapes = {
        "user_token": "UserToken",
    }

    payload_uuid: str
    identifier: str | None
    signer: str
    """The account on the list of signers."""
    weight: int
    """What the signatures weigh together so far."""
    quorum: int
    """What they must weigh."""
    user_token: UserToken | None
    """The permission the app was given with it."""


class PayloadCreated(Model):
    """The answer to a creation."""

    _shapes = {
        "next": "Next",
        "refs": "Refs",
        "push": "Unpushed",
        "warnings": "[]Caution",
    }

    uuid: str
    """Equal to the X-Call-Ref header of the call that created it."""
    next: Next
    refs: Refs
    pushed: bool
    """Whether the holder's wallets were told."""
    push: Unpushed | None
    """Only where `pushed` is false: why."""
    warnings: list[Caution] | None
    """Only where there are any: what may not be what you meant."""


class PayloadExpired(Model):
    """A sign request was not opened in time."""

    payload_uuid: str
    identifier: str | None
    expired_at: str
    """`YYYY-MM-DDTHH:MM:SSZ`."""


class PayloadIn(TypedDict, total=False):
    """A sign request: exactly one of `txjson` and `txblob`."""

    txjson: dict[str, Any] | None
    """Transaction with its TransactionType; what wallets fill in may be missing."""
    txblob: str | None
    """The same in the ledger's binary format, as hex."""
    options: OptionsIn | None
    custom_meta: CustomMetaIn | None
    user_token: str | None
    """Sends the request to the user behind it. One that is not valid is no error."""


class PayloadMeta(Model):
    """Where the request stands, and how it was made."""

    exists: bool
    uuid: str
    multisign: bool
    submit: bool
    pathfinding: bool
    pathfinding_fallback: bool
    force_network: str | None
    destination: str
    resolved_destination: str
    resolved: bool
    signed: bool
    cancelled: bool
    expired: bool
    """True after the deadline and after a cancellation."""
    pushed: bool
    app_opened: bool
    """A wallet has fetched it, or has opened the xApp from it."""
    opened_by_deeplink: bool | None
    """Null until opened."""
    immutable: bool | None
    """Only where they were given."""
    forceAccount: bool | None
    """Only where they were given."""
    return_url_app: str | None
    return_url_web: str | None
    is_xapp: bool
    """It is what an xApp tells somebody, and no sign request."""
    signers: list[str] | None


class PayloadOpened(Model):
    """A wallet opened a sign request for the first time."""

    payload_uuid: str
    identifier: str | None
    opened_by_deeplink: bool


class PayloadOut(Model):
    """A sign request with everything the developer may know."""

    _shapes = {
        "meta": "PayloadMeta",
        "application": "Application",
        "payload": "PayloadRequestOut",
        "response": "PayloadResponse",
        "custom_meta": "CustomMeta",
        "collected": "CollectedOut",
        "verified": "Verified",
    }

    meta: PayloadMeta
    application: Application
    payload: PayloadRequestOut
    response: PayloadResponse
    custom_meta: CustomMeta
    collected: CollectedOut | None
    """Only while signatures of several are collected."""
    verified: Verified | None
    """Only where it is signed: what this server itself has checked."""


class PayloadRejected(Model):
    """A sign request was rejected."""

    payload_uuid: str
    identifier: str | None
    reference_call_uuid: str
    """The wallet's call that settled it."""
    initiator: str | None
    """`USER`, `APP` or `XAPP`: who declined."""
    reason: str | None
    """In the wallet's words, where it gave one."""


class PayloadRequestOut(Model):
    """What is to be signed."""

    tx_type: str
    tx_destination: str
    tx_destination_tag: int | None
    request_json: Any
    """The transaction template as stored."""
    origintype: str | None
    signmethod: str | None
    created_at: str
    expires_at: str
    expires_in_seconds: int
    """Negative after the deadline."""
    computed: dict[str, Any] | None
    """Only where there are memos: the same with their text readable."""


class PayloadResolved(Model):
    """A sign request was signed or rejected: the event that published SDKs know."""

    _shapes = {
        "meta": "ResolvedMeta",
        "custom_meta": "CustomMeta",
        "payloadResponse": "ResolvedResponse",
        "userToken": "UserToken",
    }

    meta: ResolvedMeta
    custom_meta: CustomMeta
    payloadResponse: ResolvedResponse
    userToken: UserToken | None


class PayloadResponse(Model):
    """How it was answered; all null until then."""

    hex: str | None
    """The signed blob."""
    txid: str | None
    resolved_at: str | None
    dispatched_to: str | None
    dispatched_nodetype: str | None
    dispatched_result: str | None
    """What the node said to the wallet at first; `verified` has the end."""
    dispatched_to_node: bool | None
    environment_nodeuri: str | None
    environment_nodetype: str | None
    multisign_account: str | None
    """Of several, which account signed, the last of them; else empty."""
    account: str | None
    """Who signed: the account."""
    signer: str | None
    """The address of the key that signed: another one than the account's for a regular key, and when several sign,
    where it is the last of them.
    """
    user: str | None
    environment_networkid: int | None


class PayloadSigned(Model):
    """A sign request was signed."""

    _shapes = {
        "user_token": "UserToken",
    }

    payload_uuid: str
    identifier: str | None
    reference_call_uuid: str
    """The wallet's call that settled it."""
    account: str | None
    """The account that signed."""
    txid: str | None
    """Hash of the transaction, where it has one."""
    network_id: int | None
    """Of the network the wallet was on, where it said so."""
    dispatched_result: str | None
    """First answer of the network, where the wallet submitted the transaction."""
    user_token: UserToken | None
    """The permission the app was given with it, where it was."""


class PayloadValidated(Model):
    """The transaction of a signed request is in a validated ledger."""

    payload_uuid: str
    identifier: str | None
    txid: str
    ledger_index: int
    result: str
    """The transaction's final result, such as `tesSUCCESS`; with `tec` in front it failed and cost its fee."""
    network_id: int | None
    network: str | None
    """Key of the network, such as `MAINNET`."""
    delivered_amount: str | dict[str, str] | None
    """What the receiver got, where something was delivered: less than asked for, maybe."""


class PersistedOut(Model):
    """It is stored, or it is gone."""

    operation: Literal["PERSIST", "REMOVE"]
    persisted: bool
    """True, also where there was nothing to delete."""


class PingAuth(Model):
    """Who calls, and with which call. `quota` is an empty object: old clients demand one."""

    _shapes = {
        "application": "PingedApp",
        "call": "PingCall",
    }

    quota: dict[str, None]
    application: PingedApp
    call: PingCall


class PingCall(Model):
    """This call; the same as the header X-Call-Ref."""

    uuidv4: str


class PingedApp(Model):
    """The calling app. `webhookurl` is empty where there is none and `disabled` a number: old clients check both."""

    uuidv4: str
    name: str
    webhookurl: str
    redirecturis: list[str]
    disabled: Literal[0, 1]


class Pong(Model):
    """The answer to a ping of an app."""

    _shapes = {
        "auth": "PingAuth",
    }

    pong: Literal[True]
    auth: PingAuth


class Profile(Model):
    """A profile; this server keeps none, so all is null."""

    accountAlias: str | None
    ownerAlias: str | None
    slug: str | None
    profileUrl: str | None
    accountSlug: str | None
    payString: str | None


class Rail(Model):
    """One network."""

    _shapes = {
        "endpoints": "[]RailEndpoint",
        "explorers": "[]ExplorerOut",
        "reserves": "ReservesOut",
        "icons": "IconsOut",
    }

    chain_id: int
    color: str
    name: str
    is_livenet: bool
    native_asset: str
    endpoints: list[RailEndpoint]
    explorers: list[ExplorerOut]
    rpc: str | None
    definitions: str | None
    reserves: ReservesOut | None
    icons: IconsOut


class RailEndpoint(Model):
    """A node that wallets may use."""

    name: str
    url: str


class ReceiptOut(Model):
    """A receipt: a JWS (RFC 7515) of type `payload-receipt+jwt`, which anybody can check by `/certs`."""

    receipt: str


class Refs(Model):
    """Where to see the request: its QR code as image and matrix, and its live status."""

    qr_png: str
    qr_matrix: str
    qr_uri_quality_opts: list[str]
    websocket_status: str


class ResentOut(Model):
    """How many deliveries were made due."""

    resent: int
    more_before: int | None
    """There are more: ask again with this as `before`. None where that was all."""


class ReservesOut(Model):
    """What an account must keep, and for each object it owns, in the native asset."""

    account: float
    object: float


class ResolvedMeta(Model):
    """Which payload of which app."""

    url: str
    """The URL called."""
    application_uuidv4: str
    payload_uuidv4: str
    opened_by_deeplink: bool


class ResolvedResponse(Model):
    """How the request ended."""

    _shapes = {
        "return_url": "ResolvedReturnUrls",
    }

    payload_uuidv4: str
    reference_call_uuidv4: str
    """The wallet's call that settled it."""
    signed: bool
    """False where it was rejected."""
    user_token: bool
    """Whether a user token was issued or extended; then `userToken` has it."""
    return_url: ResolvedReturnUrls
    txid: str
    """Transaction hash; empty where there is none, since published models take neither null nor nothing."""


class ResolvedReturnUrls(Model):
    """Where the person goes on, tags filled in."""

    app: str | None
    web: str | None


class ReturnUrlIn(TypedDict, total=False):
    """Where people go after answering."""

    app: str | None
    """Opened by the wallet."""
    web: str | None
    """Opened by the browser that shows the sign page."""


class Rights(Model):
    """What the ledger said of whoever signed."""

    networks: list[str]
    """Keys of the networks that were asked."""
    key: Literal["master", "regular", "signers"]
    """Which key of the account signed; `signers` where those on its list did."""
    signers: list[str]
    """Who signed of those on the list."""
    weight: int | None
    """What their signatures weigh together."""
    quorum: int | None
    """What they must weigh before the ledger takes the transaction."""


class SecretExposed(Model):
    """A live API secret of the app was used from a browser, where others can read it: rotate it."""

    reference_call_uuid: str
    """The refused call."""
    method: str
    route: str
    origin_host: str
    """Host of the page that made it; empty where the browser did not say."""


class StoringApp(Model):
    """The app whose document it is."""

    name: str
    uuidv4: str


class TokenOut(Model):
    """What the app may know of one token. Times are Unix seconds, 0 for a token that is not the app's. Both
    spellings of the times are sent: published clients differ in which one they read.
    """

    user_token: str
    active: bool
    issued: int
    expires: int
    token_issued: int
    token_expiration: int


class TokensIn(TypedDict, total=False):
    """Tokens to be checked, a hundred at most."""

    tokens: list[str]


class TokensOut(Model):
    """One element for each token asked about, in the order asked."""

    _shapes = {
        "tokens": "[]TokenOut",
    }

    tokens: list[TokenOut]


class TransactionOut(Model):
    """A transaction with who gained and who lost by it."""

    _shapes = {
        "balanceChanges": "{}[]ChangeOut",
    }

    txid: str
    balanceChanges: dict[str, list[ChangeOut]]
    node: str
    """Which node told it."""
    transaction: dict[str, Any]
    """As the node tells it, with `meta` and `validated`."""


class Unpushed(Model):
    """Why `pushed` is false."""

    reason: Literal["muted", "no_device", "no_user_token", "rate_limited", "silent", "token_unknown", "token_waiting"]
    """`no_user_token`: the call named nobody. `token_unknown`: the token is expired, revoked, another app's, or was
    never issued. `no_device`: the person has no wallet left here. `muted`: they have muted the app; the request
    is on their list. `rate_limited`: the app pushes too often. `silent`: only an entry was asked for.
    """


class UserPong(Model):
    """The answer to a ping of a user: `pong` and every claim of the token, side by side. An xApp's token has
    `ott_uuidv4`, one of a sign-in `iss` and `payload_uuidv4`.
    """

    app_name: str
    app_uuidv4: str
    client_id: str
    exp: int
    iat: int
    iss: str | None
    network_endpoint: str | None
    network_id: int | None
    network_type: str | None
    ott_uuidv4: str | None
    payload_uuidv4: str | None
    pong: Literal[True]
    sub: str
    usertoken_uuidv4: str | None


class UserToken(Model):
    """A user token; times in seconds since 1970."""

    user_token: str
    token_issued: int
    token_expiration: int


class UserTokenIssued(Model):
    """The app may send somebody sign requests from now on, or for longer than before."""

    user_token: str
    token_issued: int
    token_expiration: int
    payload_uuid: str | None
    """The signed request that brought it, where one did."""


class UserTokenRevoked(Model):
    """Somebody took back the app's permission to send them sign requests."""

    user_token: str
    revoked_at: str
    """`YYYY-MM-DDTHH:MM:SSZ`."""


class ValuesOut(Model):
    """Those of the values asked for that exist, in the order asked."""

    operation: Literal["RETRIEVE"]
    data: dict[str, Any]
    keys: list[str]
    """The keys of `data`."""
    count: int


class Verified(Model):
    """What was verified of a signed request."""

    _shapes = {
        "rights": "Rights",
        "differences": "[]Departure",
    }

    signature: bool
    """Every signature is valid and of a key that may sign, as far as anybody could tell: always true, anything else
    is refused.
    """
    binding: bool
    """What was signed answers this very request: the same transaction, or the challenge of a SignIn."""
    rights: Rights | None
    """What the ledger's nodes said of the keys that signed; null where none could be asked, and then they are the
    accounts' own.
    """
    network: str | None
    """Key of the network that the transaction is for; null for what reaches no ledger."""
    validated: bool | None
    """Whether it is in a validated ledger. False: it never will be. Null: not known, or not yet."""
    result: str | None
    """The final result, such as `tesSUCCESS`; null unless validated."""
    delivered_amount: str | dict[str, str] | None
    """What the receiver got, in the ledger's form of amounts."""
    delivered_in_full: bool | None
    """False where that is less than the `Amount` of the payment; null where nothing is known."""
    ledger_index: int | None
    """The ledger that holds it."""
    ledger_closed_at: str | None
    """When that ledger closed."""
    differences: list[Departure]
    """Where the signed transaction is not the request, in ways that wallets are allowed."""


class WebhookKey(Model):
    """A public key as a JWK (RFC 8037), and as libraries of Standard Webhooks take it."""

    kid: str
    """RFC 7638 thumbprint."""
    x: str
    """The 32 key bytes as base64url."""
    standard_webhooks: str
    """`whpk_` and the same bytes as base64."""
    kty: str
    crv: str
    alg: str
    use: str


class WebhookKeysOut(Model):
    """The server's public keys for webhooks, the one in use first."""

    _shapes = {
        "keys": "[]WebhookKey",
    }

    keys: list[WebhookKey]


class WebhookPaused(Model):
    """A webhook endpoint of the app is sent nothing any more until it is resumed."""

    endpoint_uuid: str
    url: str
    because: Literal["failing", "gone"]
    """`gone`: it answered 410; or `failing`: for days nothing arrived there."""
    failing_since: str | None
    """`YYYY-MM-DDTHH:MM:SSZ` of the first of its uninterrupted failures, where there are some."""
    failures: int
