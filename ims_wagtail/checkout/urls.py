"""Addresses of the resident's journey, under ``/pay/``."""

from django.urls import URLPattern


app_name = "ims_checkout"

urlpatterns: list[URLPattern] = []
