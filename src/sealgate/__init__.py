"""Sealgate: sign-in and sign requests for apps on the XRP Ledger, self-hosted."""
