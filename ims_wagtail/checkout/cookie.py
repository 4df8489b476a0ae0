"""The cookie that leads to a resident's basket."""

import uuid

from django.http import HttpRequest, HttpResponse

from ims_wagtail.conf import ims_settings


NAME = "ims_basket"


def basket_token(request: HttpRequest) -> uuid.UUID | None:
    """Return the basket's token, or ``None`` when there is none or it is not one of ours."""
    try:
        return uuid.UUID(request.COOKIES[NAME])
    except (KeyError, ValueError):
        return None


def remember_basket(response: HttpResponse, token: uuid.UUID) -> None:
    """Give the browser the basket's token until it is closed: library computers are shared."""
    response.set_cookie(
        NAME,
        str(token),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=ims_settings().base_url.startswith("https://"),
    )
