"""The routes of the slice."""

from sealgate.lookups import accounts, assets, avatars, ping, rails, rates

routers = (ping.router, rates.router, rails.router, assets.router, accounts.router, avatars.router)
