"""Where the device is woken when no stream of it is open: its Web Push subscription."""

from sealgate.holders import push
from sealgate.holders.errors import DeviceRevoked, SubscriptionInvalid
from sealgate.holders.model import Device, Subscription
from sealgate.infra.errors import TargetRefused
from sealgate.infra.targets import Reach
from sealgate.tokens.vapid_key import VapidKey
from sealgate.wallet.http.router import router
from sealgate.wallet.waking import PushSubscriptionIn, PushSubscriptionOut, SubscribedOut
from sealgate.wallet.wire import RemovedOut
from sealgate.web.call import Call

_PATH = "/api/v1/app/push-subscription"


@router.get(_PATH, caller=Device, answers=PushSubscriptionOut)
async def get_subscription(call: Call[Device]) -> PushSubscriptionOut:
    """Tell the key to subscribe with, and whether this device can be woken now."""
    return _shown(call, await call.db.read(push.find_subscription, call.caller.uuid))


@router.put(
    _PATH,
    caller=Device,
    takes=PushSubscriptionIn,
    answers=PushSubscriptionOut,
    raises=(SubscriptionInvalid, DeviceRevoked),
)
async def put_subscription(call: Call[Device]) -> PushSubscriptionOut:
    """Be woken here from now on, and nowhere else: takes what `PushSubscription.toJSON()` gives."""
    asked: PushSubscriptionIn = call.body
    new = push.check_subscription(asked.endpoint, asked.keys.p256dh, asked.keys.auth)
    try:
        target = Reach.of(dev=call.settings.dev, networks=call.settings.outbound_networks).parse(new.endpoint)
    except TargetRefused as refusal:
        raise SubscriptionInvalid(message=refusal.message, pointer="/endpoint", detail=refusal.detail) from None
    if target.scheme != "https" and not call.settings.dev:
        raise SubscriptionInvalid(message="The endpoint must be an https:// URL.", pointer="/endpoint")
    stored = await call.db.write(push.subscribe, call.caller, new, sealer=call.context.sealer, now=call.now)
    return _shown(call, stored)


@router.delete(_PATH, caller=Device, answers=RemovedOut, raises=(DeviceRevoked,))
async def delete_subscription(call: Call[Device]) -> RemovedOut:
    """Be woken no longer. `removed` is false where there was no subscription."""
    return RemovedOut(removed=await call.db.write(push.unsubscribe, call.caller))


def _shown(call: Call[Device], subscription: Subscription | None) -> PushSubscriptionOut:
    return PushSubscriptionOut(
        call.context.get(VapidKey).application_server_key,
        None if subscription is None else SubscribedOut.of(subscription),
    )
