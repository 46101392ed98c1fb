"""A shop on Django: people sign in with their wallet and are asked for a payment; the webhook says who paid.

sealgate dev                                 # in another terminal
set -a; . .sealgate/dev.env; set +a
pip install 'sealgate-client[django]'
python django_app.py runserver 3000          # http://localhost:3000
"""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.urls import include, path
from django.views.decorators.http import require_POST

from sealgate_client import Sealgate
from sealgate_client.django import SealgateSignIn, webhook
from sealgate_client.webhooks import Event

settings.configure(
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.environ["SEALGATE_API_SECRET"],
    ALLOWED_HOSTS=["localhost", "127.0.0.1"],
    MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
)
sealgate = Sealgate()
sign_in = SealgateSignIn(sealgate)
paid: set[str] = set()


def on_event(event: Event) -> None:
    """Remember who paid. An event may come twice; a set does not mind."""
    if event.type == "payload.signed":
        paid.add(event.data.account)


def home(request: HttpRequest) -> HttpResponse:
    user = sign_in.user(request)
    if user is None:
        return HttpResponse('<a href="/auth/sign-in">Sign in with your wallet</a>')
    token = f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
    form = f'<form method="post" action="/coffee">{token}<button>Pay'
    return HttpResponse(f"<p>Hello {user.account}</p>{'Thank you for the coffee!' if user.account in paid else form}")


@require_POST
@sign_in.required
def coffee(request: Any) -> HttpResponse:
    user = request.sealgate_user
    created = sealgate.payloads.create(
        {"TransactionType": "Payment", "Destination": "rPdvC6ccq8hCdPKSPJkPmyZ4Mi1oG2FFkT", "Amount": "1000000"},
        options={"submit": False},
        custom_meta={"instruction": "One coffee"},
        user_token=user.user_token,
    )
    response = HttpResponseRedirect(created.next.always)
    response.status_code = 303
    return response


urlpatterns = [
    path("", home),
    path("coffee", coffee),
    path("auth/", include(sign_in.urls)),
    path("webhooks/sealgate", webhook(sealgate, on_event)),
]
application = get_wsgi_application()

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
