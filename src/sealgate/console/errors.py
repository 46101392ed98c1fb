"""The refusals of the console."""

from sealgate.base.errors import SealgateError


class NotSignedIn(SealgateError):
    """The call needs a developer who is signed in; a page sends them to the sign-in instead."""

    status = 403
    code = "console_session"
    message = "You are not signed in to the console, or your session has ended."
    hint = "Sign in at /console and repeat what you did."


class NotADeveloper(SealgateError):
    """The account that signed in belongs to no developer of this server."""

    status = 403
    code = "console_developer"
    message = "This account is not registered as a developer here."
    hint = "Ask the operator of this server, or the owner of an app, for an invitation link."


class RoleTooLow(SealgateError):
    """A member of the app wants what only higher roles may do."""

    status = 403
    code = "console_role"
    message = "Your role in this app does not allow this."
    hint = "Ask an owner of the app for another role."


class OperatorsOnly(SealgateError):
    """A developer wants what only operators may do."""

    status = 403
    code = "console_operator"
    message = "This page is for the operators of this server."


class AppNotYours(SealgateError):
    """There is no such app, or the developer has no part in it; which of the two is not told."""

    status = 404
    code = "console_app"
    message = "You have no app with this number."
    hint = "Look for it in your list of apps, or ask its owner to share it with you."


class FormForged(SealgateError):
    """A form did not come from a page this browser got."""

    status = 403
    code = "console_form"
    message = "This form is no longer valid."
    hint = "Go back, load the page again and repeat what you did. Nothing was changed."


class FormInvalid(SealgateError):
    """A form holds what cannot be used; the message says which field and why."""

    status = 400
    code = "console_input"
    message = "Something in the form cannot be used."


class InvitationGone(SealgateError):
    """The invitation is unknown, used up or older than seven days."""

    status = 404
    code = "console_invitation"
    message = "This invitation is not valid any more."
    hint = "Ask for a new one; each can be used once, within seven days."


class SignInBroken(SealgateError):
    """The sign-in came back in another browser, too late, or without its code."""

    status = 400
    code = "console_sign_in"
    message = "This sign-in cannot be finished here."
    hint = "Begin again at /console, and finish in the same browser within ten minutes."


class MemberUnknown(SealgateError):
    """The app has no such member."""

    status = 404
    code = "console_member"
    message = "This account has no part in the app."


class LastOwner(SealgateError):
    """The app would be left without an owner."""

    status = 409
    code = "console_last_owner"
    message = "An app needs an owner: make somebody else an owner first."


class DeveloperUnknown(SealgateError):
    """There is no developer with this account."""

    status = 404
    code = "console_developer_unknown"
    message = "No developer has this account."
    hint = "People become developers by an invitation: make one on the app's team page."


class LastOperator(SealgateError):
    """The server would be left without an operator."""

    status = 409
    code = "console_last_operator"
    message = "The server needs an operator: make somebody else an operator first."


class AuditBroken(SealgateError):
    """The chain of the audit log does not fit: an entry was changed, removed or put in afterwards."""

    status = 409
    code = "audit"
    message = "The audit log was tampered with."


class TooManyWindows(SealgateError):
    """A browser follows the call log in more windows at once than one person looks at."""

    status = 429
    code = "console_windows"
    message = "The log is followed in too many windows of this browser."
    hint = "Close some of them."


class SwitchedOffByOperator(SealgateError):
    """An owner wants to switch on what an operator switched off."""

    status = 403
    code = "console_switched_off"
    message = "An operator of this server switched the app off, so an operator must switch it on."
    hint = "Ask the operator of this server why."
