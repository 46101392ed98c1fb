"""Payloads: sign requests, from an app's draft to the signature or the refusal of the person with the wallet.

Owns the tables of payloads, their outcomes, refusals, contributions, keys and verdicts, the rules of what may be asked
and what counts as an answer, the state machine of a request, and the news about it. Offers `service` to the wallet
API and to whoever creates requests of their own, `acceptance` to check a signature off the loop, `signer_rights` to ask
the ledger whose key it is, and the platform routes in `http`. Never holds a private key, submits nothing to a ledger,
and knows nothing of OAuth: what a creator wants people to see travels in a payload's `Presentation`.
"""
