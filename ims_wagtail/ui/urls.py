"""Addresses of the shared look."""

from django.urls import URLPattern


app_name = "ims_ui"

urlpatterns: list[URLPattern] = []
