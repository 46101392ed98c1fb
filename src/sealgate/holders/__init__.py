"""Holders: the people with a wallet, known here by nothing but the keys they prove to hold.

Owns holders, their devices, invitations and accounts, where devices are woken and which apps may not. Offers `service`
and `push` (verbs), `directory` (the cached look-up of a device that every signed call needs) and `model`. Never
sees a request, never decides about a payload, never learns a name or an address of a person.
"""
