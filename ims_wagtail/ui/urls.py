"""Addresses of the shared public pieces, mounted under ``/pay/``."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

from .theme import theme_css


app_name = "ims_ui"
urlpatterns = [
    path("theme.css", theme_css, name="theme"),
    # Exempt because nothing is gained by changing somebody's language for them, and a token in
    # every page's header would give every page a cookie and make none of them cacheable.
    path("language/", csrf_exempt(set_language), name="language"),
]
