"""Which values of the slice are sealed, and for where: a value moved to another app or field does not open."""

from sealgate.apps.tables import app_secrets, apps
from sealgate.infra.resealing import ResealTarget


def secret_context(app_uuid: str) -> str:
    """Return where an app's API secret belongs."""
    return f"app:{app_uuid}:secret"


def webhook_secret_context(app_uuid: str) -> str:
    """Return where an app's webhook secret belongs."""
    return f"app:{app_uuid}:webhook_secret"


RESEAL_TARGETS = (
    ResealTarget(app_secrets.c.sealed, lambda row: secret_context(row.app_uuid)),
    ResealTarget(apps.c.webhook_secret_sealed, lambda row: webhook_secret_context(row.uuid)),
)
"""What a rotation of the master key seals again."""
