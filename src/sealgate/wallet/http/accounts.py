"""The user's accounts, and the ping that tells a wallet it is known."""

from sealgate.base.clock import to_wire
from sealgate.holders import service
from sealgate.holders.errors import (
    AccountUnknown,
    ChallengeUnknown,
    DeviceRevoked,
    ProofInvalid,
    TooManyAccounts,
    TooManyChallenges,
)
from sealgate.holders.model import Device
from sealgate.holders.ownership import check_ownership
from sealgate.payloads import service as payloads
from sealgate.wallet.http.router import router
from sealgate.wallet.wire import (
    AccountAddedOut,
    AccountOut,
    AccountsOut,
    AddAccountIn,
    ChallengeOut,
    PingAuth,
    PingCall,
    PingDevice,
    PingOut,
    PingUser,
    RemovedOut,
)
from sealgate.web.call import Call


@router.post(
    "/api/v1/app/accounts/challenge", caller=Device, answers=ChallengeOut, raises=(TooManyChallenges, DeviceRevoked)
)
async def post_challenge(call: Call[Device]) -> ChallengeOut:
    """Hand out the nonce for an ownership proof: one use, five minutes, this device only.

    It begins with this server's issuer and `#`; a wallet refuses one that begins otherwise.
    """
    challenge = await call.db.write(
        service.challenge_account, call.caller, issuer=call.settings.issuer_url, now=call.now
    )
    return ChallengeOut(challenge.nonce, to_wire(challenge.expires_at))


@router.post(
    "/api/v1/app/accounts",
    caller=Device,
    takes=AddAccountIn,
    answers=AccountAddedOut,
    raises=(ProofInvalid, ChallengeUnknown, TooManyAccounts, DeviceRevoked),
)
async def post_account(call: Call[Device]) -> AccountAddedOut:
    """Add an account whose key the user holds, shown by a signed proof with a fresh nonce (wallet-api 1.7)."""
    asked: AddAccountIn = call.body
    proof = check_ownership(call.caller, asked.account, asked.txblob)
    added = await call.db.write(service.add_account, call.caller, proof, now=call.now)
    return AccountAddedOut(proof.address, added)


@router.get("/api/v1/app/accounts", caller=Device, answers=AccountsOut)
async def get_accounts(call: Call[Device]) -> AccountsOut:
    """List the accounts the user has proved to hold."""
    accounts = await call.db.read(service.accounts_of, call.caller.holder_uuid)
    return AccountsOut([AccountOut.of(account) for account in accounts])


@router.delete(
    "/api/v1/app/accounts/{account:text}", caller=Device, answers=RemovedOut, raises=(AccountUnknown, DeviceRevoked)
)
async def delete_account(call: Call[Device]) -> RemovedOut:
    """Remove an account from the user's list; what it has signed stays signed."""
    await call.db.write(service.remove_account, call.caller, call.path["account"])
    return RemovedOut(removed=True)


@router.post("/api/v1/app/ping", caller=Device, answers=PingOut)
async def post_ping(call: Call[Device]) -> PingOut:
    """Tell the wallet that it is known, as whom, and how many requests wait."""
    waiting = await call.db.read(payloads.pending_payloads, call.caller.holder_uuid, now=call.now)
    return PingOut(
        pong=True,
        badge=len(waiting),
        auth=PingAuth(
            PingUser(call.caller.holder_uuid), PingDevice(call.caller.uuid, call.caller.name), PingCall(call.ref)
        ),
    )
