"""Sign in with a wallet: the OAuth 2 authorization server and OpenID provider.

Owns the tables `oauth_*`: authorization transactions and requests pushed ahead, grants with their codes and tokens,
devices that wait, sessions and consents; and the rules of who gets the answer to a signature. Offers its routes in
`http`, which stand at the root and under `/oauth`, and the pages people see on the way. Never judges a signature: that
is done by `payloads` when the wallet hands it in; never keeps a private key: `tokens` signs what is minted here.
"""
