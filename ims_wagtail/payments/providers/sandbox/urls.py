"""Addresses of the pretend provider's own pages."""

from django.urls import URLPattern


app_name = "ims_sandbox"

urlpatterns: list[URLPattern] = []
