"""The pages of a sign-in that are not the sign page itself, each a function from plain values to a `Page`.

Owns how they look, the scripts they load, what their forms may lead to, and the token that keeps strangers from
sending those forms. Never decides anything: what may be shown and what a click means is the caller's.
"""

from sealgate.oauth.pages.asking import consent_page, continue_page
from sealgate.oauth.pages.csrf import CSRF_FIELD, csrf_token, is_csrf_token
from sealgate.oauth.pages.delivery import form_post_page, popup_page
from sealgate.oauth.pages.device import device_ask_page, device_code_page, device_done_page
from sealgate.oauth.pages.logout import logout_page, signed_out_page, still_signed_in_page
from sealgate.oauth.pages.messages import elsewhere_page, error_page, signed_in_page
from sealgate.oauth.pages.returned import returned_page
from sealgate.oauth.pages.wording import scope_lines

__all__ = [
    "CSRF_FIELD",
    "consent_page",
    "continue_page",
    "csrf_token",
    "device_ask_page",
    "device_code_page",
    "device_done_page",
    "elsewhere_page",
    "error_page",
    "form_post_page",
    "is_csrf_token",
    "logout_page",
    "popup_page",
    "returned_page",
    "scope_lines",
    "signed_in_page",
    "signed_out_page",
    "still_signed_in_page",
]
