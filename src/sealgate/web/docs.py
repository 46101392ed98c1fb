"""The API reference."""

from sealgate.web.routing import Router

router = Router()
