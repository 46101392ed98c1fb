"""The routes of the slice."""

from sealgate.lookups import accounts, assets, avatars, ping, rails, rates, transactions

routers = (ping.router, rates.router, rails.router, transactions.router, assets.router, accounts.router, avatars.router)
