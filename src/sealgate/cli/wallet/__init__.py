"""The wallet on the command line: keys in an encrypted file, everything else over the wallet-side API.

Owns the key files, the review of what will be signed, and the signing itself. Offers the commands of
`sealgate wallet` and, to `sealgate dev`, the making of a first wallet. Never signs what the server has not signed
for, and never anything that differs from what it showed.
"""
