"""Wallet: what a wallet may ask of the server, under `/api/v1/app`, and the web wallet, under `/wallet`.

Owns the routes, shapes and views of the wallet side: pairing, accounts, the inbox, opening and answering a request,
permissions, the event stream; and gives out the web wallet's page with the operator's brand. Offers `http.routers` and
nothing else. Never decides what a signature is worth or how a payload lives: `payloads` does; never checks who calls:
`access` does.
"""
