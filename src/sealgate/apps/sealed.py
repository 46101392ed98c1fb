"""Which values of the slice are sealed, and for where: a value moved to another app or field does not open."""

from sealgate.apps.tables import app_secrets, webhook_endpoints
from sealgate.infra.resealing import ResealTarget


def secret_context(app_uuid: str) -> str:
    """Return where an app's API secret belongs."""
    return f"app:{app_uuid}:secret"


def webhook_secret_context(app_uuid: str) -> str:
    """Return where the signing secret of a webhook endpoint of an app belongs."""
    return f"app:{app_uuid}:webhook_secret"


RESEAL_TARGETS = (
    ResealTarget(app_secrets.c.sealed, lambda row: secret_context(row.app_uuid)),
    ResealTarget(webhook_endpoints.c.secret_sealed, lambda row: webhook_secret_context(row.app_uuid)),
    ResealTarget(webhook_endpoints.c.earlier_secret_sealed, lambda row: webhook_secret_context(row.app_uuid)),
)
"""What a rotation of the master key seals again."""
