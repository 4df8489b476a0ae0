"""Addresses of the shared public pieces, mounted under ``/pay/``."""

from django.urls import path

from .languages import choose_language
from .theme import theme_css


app_name = "ims_ui"
urlpatterns = [
    path("theme.css", theme_css, name="theme"),
    path("language/", choose_language, name="language"),
]
