"""The statements of authorizations, each with a verb that keeps its promise; for this slice alone.

`complete_`, `spend_`, `use_`, `approve_`, `deny_` and `claim_` win for one caller ever: condition and change are one
statement, so the database decides who was first. What runs on every sign-in is compiled once (`HotStatement`).
"""

from sealgate.oauth.store.devices import (
    approve_device,
    claim_device,
    deny_device,
    find_device_request,
    find_waiting_device,
    insert_device_request,
    note_poll,
    slow_down,
)
from sealgate.oauth.store.grants import (
    find_code,
    find_grant,
    find_refresh_token,
    grants_of_app,
    insert_grant,
    insert_refresh_token,
    live_access_tokens,
    lock_grant,
    offline_grants_of_session,
    record_access_token,
    reuse_refresh_token,
    revoke_grant,
    spend_code,
    use_refresh_token,
)
from sealgate.oauth.store.sessions import (
    end_all_refresh_tokens,
    end_all_sessions,
    end_session,
    find_session,
    has_consent,
    insert_session,
    remember_consent,
    touch_session,
)
from sealgate.oauth.store.sweeping import (
    forget_old,
)
from sealgate.oauth.store.transactions import (
    complete_transaction,
    find_pushed_request,
    find_transaction,
    insert_pushed_request,
    insert_transaction,
    note_return,
    use_pushed_request,
)

__all__ = [
    "approve_device",
    "claim_device",
    "complete_transaction",
    "deny_device",
    "end_all_refresh_tokens",
    "end_all_sessions",
    "end_session",
    "find_code",
    "find_device_request",
    "find_grant",
    "find_pushed_request",
    "find_refresh_token",
    "find_session",
    "find_transaction",
    "find_waiting_device",
    "forget_old",
    "grants_of_app",
    "has_consent",
    "insert_device_request",
    "insert_grant",
    "insert_pushed_request",
    "insert_refresh_token",
    "insert_session",
    "insert_transaction",
    "live_access_tokens",
    "lock_grant",
    "note_poll",
    "note_return",
    "offline_grants_of_session",
    "record_access_token",
    "remember_consent",
    "reuse_refresh_token",
    "revoke_grant",
    "slow_down",
    "spend_code",
    "touch_session",
    "use_pushed_request",
    "use_refresh_token",
]
