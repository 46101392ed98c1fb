"""What may be refused about sign requests.

Codes of the platform API: platform-api 1.6. Codes of the wallet API: wallet-api 2.5.
"""

from sealgate.base.errors import SealgateError

# -- a developer asks for something --


class BodyMissing(SealgateError):
    """The body is missing, is no JSON object, or is empty."""

    status = 400
    code = 599
    message = "The body must be a JSON object that is not empty."
    hint = 'Send {"txjson": {"TransactionType": "SignIn"}} to begin with.'


class NothingToSign(SealgateError):
    """The body has neither a usable `txjson` nor a usable `txblob`."""

    status = 400
    code = 600
    message = "There is nothing to sign: neither txjson nor txblob is usable."
    hint = "Send a transaction object as txjson, or upper-case hex of at least 10 characters as txblob."


class TwoThingsToSign(SealgateError):
    """The body has both `txjson` and `txblob`."""

    status = 400
    code = 604
    message = "Both txjson and txblob were sent."
    hint = "Send exactly one of them."


class BlobUndecodable(SealgateError):
    """The `txblob` is hex but no transaction in the ledger's binary format."""

    status = 400
    code = 601
    message = "The txblob cannot be decoded."
    hint = "Serialise the transaction in the ledger's binary format and send it as upper-case hex."


class TypeRefused(SealgateError):
    """The `TransactionType` is missing or is no name of a transaction type."""

    status = 400
    code = 602
    message = "The TransactionType is missing or not usable."
    hint = "Use a type the ledger knows, such as Payment, or SignIn or PaymentChannelAuthorize."


class TemplateUnencodable(SealgateError):
    """A field of the transaction has a name or a value that the ledger's binary format does not allow."""

    status = 400
    code = 603
    message = "The transaction cannot be encoded."
    hint = "Correct the field the pointer names; fields the wallet fills in may be left out."


class MemberInvalid(SealgateError):
    """An option or a `custom_meta` member has a value the server cannot use."""

    status = 400
    code = 606
    message = "A member of the body has a value that cannot be used."
    hint = "Compare the member that the pointer names with the API reference at /docs."


class TooLong(SealgateError):
    """A text is longer than its limit."""

    status = 400
    code = 413
    message = "A text is longer than its limit."
    hint = "Shorten the member that the pointer names."


class IdentifierTaken(SealgateError):
    """The `custom_meta.identifier` is already used by another payload of this app."""

    status = 400
    code = 409
    message = "This custom_meta.identifier is already used by another payload of the app."
    hint = "Choose another identifier, or read the existing payload by it."


class NotStored(SealgateError):
    """The payload could not be stored."""

    status = 400
    code = 605
    message = "The payload could not be stored."
    hint = "Send the call again."


class KeyInvalid(SealgateError):
    """The Idempotency-Key header is empty, too long or not printable."""

    status = 400
    code = 606
    message = "The Idempotency-Key header is not usable."
    hint = "Send 1 to 255 printable ASCII characters, for example a UUID."


class KeyReused(SealgateError):
    """The Idempotency-Key was used in the last 24 hours with a different body."""

    status = 409
    code = 409
    message = "This Idempotency-Key was used before with a different body."
    hint = "Use a new key for every new request; repeat a key only to repeat the very same body."


class PayloadNotFound(SealgateError):
    """The app has no payload with this UUID. A payload of another app is not told apart."""

    status = 404
    code = 404
    message = "The app has no payload with this UUID."
    hint = "Check the UUID, and that the payload was created with the same API key."


class NothingSigned(SealgateError):
    """A receipt was asked for of a payload that nobody has signed."""

    status = 409
    code = 409
    message = "The payload is not signed, so there is nothing to give a receipt for."
    hint = "Ask again when `meta.signed` is true."


class IdentifierNotFound(SealgateError):
    """The app has no payload with this custom identifier."""

    status = 404
    code = 409
    message = "The app has no payload with this custom identifier."
    hint = "Check the identifier, and that it is URL-encoded in the path."


# -- a wallet opens or answers --


class PayloadUnknown(SealgateError):
    """No payload has this UUID."""

    status = 404
    code = 404
    message = "There is no such sign request."
    hint = "Check the link or QR code it came from."


class PayloadOfAnother(SealgateError):
    """The payload is meant for another holder's wallet."""

    status = 403
    code = 403
    message = "This sign request is meant for someone else."
    hint = "Open it with the wallet it was sent to, or ask the app for a new one."


class PayloadExpired(SealgateError):
    """The payload was not opened before it expired."""

    status = 410
    code = 510
    message = "This sign request was not opened in time and has expired."
    hint = "Ask the app for a new one."


class PayloadCancelled(SealgateError):
    """The app withdrew the payload."""

    status = 410
    code = 510
    message = "The app has withdrawn this sign request."
    hint = "Ask the app for a new one."


class PayloadResolved(SealgateError):
    """The payload is already signed or rejected."""

    status = 409
    code = 409
    message = "This sign request is already answered."
    hint = "Nothing is left to do; ask the app for a new one if you did not answer it yourself."


class PayloadSigned(PayloadResolved):
    """The payload to be opened is already signed."""

    code = 511
    message = "This sign request is already signed."


class PayloadNotOpened(SealgateError):
    """The payload is answered before any wallet has opened it."""

    status = 409
    code = 405
    message = "This sign request has not been opened yet."
    hint = "Fetch it first, show it, then answer."


class DispatchRefused(SealgateError):
    """A node's answer is reported for a payload that this device has not signed, or a second time."""

    status = 409
    code = 509
    message = "No submission is waited for from this device."
    hint = "Report the node's answer once, after signing, from the device that signed."


# -- a signature is not accepted; each leaves an audit record --


class SignatureRefusal(SealgateError):
    """The signed thing does not answer the request."""

    status = 400
    code = 405
    message = "The signed transaction does not answer this request."
    hint = "Fetch the request again and sign exactly what it asks for."


class BlobMissing(SignatureRefusal):
    """The signed blob is missing, too long or not hex."""

    code = 800
    message = "The signed blob is missing or is not hex."
    hint = "Send the signed transaction as hex in signed_blob, at most 64 KiB of bytes."


class SignedBlobUndecodable(SignatureRefusal):
    """The signed blob is not one canonical transaction."""

    code = 801
    message = "The signed blob is not one transaction in the ledger's canonical binary form."
    hint = "Send the serialised transaction with fields in canonical order, none twice, and nothing behind it."


class SignatureInvalid(SignatureRefusal):
    """The signature does not verify, is malleable, or is not of a usable key."""

    code = 800
    message = "The signature in the blob is not valid."
    hint = "Sign the transaction that was asked for with the key in SigningPubKey."


class SignerKeyForeign(SignatureRefusal):
    """The transaction is signed by a key that is not the account's own."""

    message = "The key that signed does not belong to the account in the transaction."
    hint = "Sign with the account's master key; a regular key cannot be checked without a ledger node."


class KeyNotAllowed(SignatureRefusal):
    """The key that signed is neither the account's master key nor its regular key on the network that was asked."""

    message = "The key that signed may not sign for this account."
    hint = "Sign with the account's master key or with its regular key; SetRegularKey changes which one that is."


class MasterKeyDisabled(SignatureRefusal):
    """The account has switched its master key off on the network that was asked, and it is the key that signed."""

    message = "The master key of this account is switched off."
    hint = "Sign with the account's regular key, or let the signers on its list sign."


class SignerNotListed(SignatureRefusal):
    """Somebody signed for an account whose list of signers, on the network that was asked, does not name them."""

    code = 804
    message = "This account is not on the list of those who may sign."
    hint = "Sign with an account of the list; SignerListSet changes who is on it."


class SignedBefore(SignatureRefusal):
    """This signer has signed already, and others are waited for."""

    status = 409
    code = 511
    message = "This account has signed already; the other signatures are waited for."
    hint = "Nothing is left to do for this account."


class LedgerUnanswered(SignatureRefusal):
    """No node answered in time, or nodes contradict each other, so nobody knows whether this key may sign."""

    status = 503
    code = 509
    message = "The ledger's nodes cannot be asked at the moment whether this key may sign for the account."
    hint = "Hand the same signature in again in a minute. `sealgate doctor` tells the operator which nodes answer."


class PublicKeyMismatch(SignatureRefusal):
    """The reported `signpubkey` is not the key in the blob."""

    message = "signpubkey is not the key that signed."
    hint = "Send the key of the SigningPubKey field, or of the signer's entry when multi-signing."


class TxidMissing(SignatureRefusal):
    """The reported transaction id is missing or is not 64 hex characters."""

    code = 802
    message = "tx_id is missing or is not a transaction hash."
    hint = "Send the 64 hex characters of the hash of the signed transaction."


class TxidMismatch(SignatureRefusal):
    """The reported transaction id is not the hash of the blob."""

    code = 803
    message = "tx_id is not the hash of the signed blob."
    hint = "Hash the blob that is sent: SHA-512 half with the TXN prefix."


class MultisignerInvalid(SignatureRefusal):
    """The reported multi-sign account does not fit the request or the blob."""

    code = 804
    message = "multisigned does not name the account that signed."
    hint = "Send the signer's address where the request asks for multi-signing, else an empty text."


class TransactionDiffers(SignatureRefusal):
    """The signed transaction differs from the one that was asked for."""

    message = "The signed transaction differs from the one that was asked for."


class TypeInSignIn(SignatureRefusal):
    """A SignIn was signed with a TransactionType in it."""

    message = "A signed SignIn must not contain a TransactionType."
    hint = "Remove TransactionType and SignIn from the object before signing."


class ChallengeMissing(SignatureRefusal):
    """The signed SignIn does not carry this request's challenge unchanged."""

    message = "The signed SignIn does not carry the challenge of this request."
    hint = "Sign the memos of the request unchanged; a signature for another request does not count."


class SignerNotAllowed(SignatureRefusal):
    """The signing account is not among the ones the request allows."""

    message = "This account may not sign the request."
    hint = "Use one of the accounts in meta.signers."


class NetworkRefused(SignatureRefusal):
    """The wallet was on another network than the request demands."""

    message = "The request must be signed on another network."
    hint = "Switch the wallet to the network in meta.force_network and sign again."


class NotForSigning(SignatureRefusal):
    """The payload is an xApp event: it opens an xApp, and nothing in it is to be signed."""

    message = "This is a message of an xApp: it opens the xApp, and there is nothing to sign."
    hint = "Open the xApp instead (POST /api/v1/app/xapp/launch/…), or take the message off the list: reject it."


class EventListFull(SealgateError):
    """The list of the person in the wallet holds 25 events of this app already."""

    status = 400
    code = 605
    message = "This person's list holds 25 events of the app already, and this would be one more."
    hint = "Take back what is out of date (DELETE platform/payload/{uuid}), or send a notification: platform/xapp/push."
