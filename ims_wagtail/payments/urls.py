"""Addresses that providers call, under ``/ims/``."""

from django.urls import URLPattern


app_name = "ims_payments"

urlpatterns: list[URLPattern] = []
