"""What scopes mean to the person who is asked (oauth2 B4.3, B7.4)."""

from collections.abc import Iterable

_ALWAYS = (
    "It learns your account address on the XRP Ledger.",
    "It may put sign requests before your wallet. Nothing is signed without you.",
)
_WORDS = {
    "profile": "It sees your public profile: name, picture and website, where known.",
    "email": "It gets an e-mail address made for this app only.",
    "offline_access": "It stays signed in until you or the app end it, without asking your wallet again.",
}


def scope_lines(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return what an app gets that asks for these scopes, a sentence each. Scopes unknown here give it nothing."""
    asked = frozenset(scopes)
    return (*_ALWAYS, *(words for scope, words in _WORDS.items() if scope in asked))
