"""Addresses that providers call, under ``/ims/``: both forms, for a redirect loses a POST."""

from django.urls import path

from .webhooks import webhook


app_name = "ims_payments"

urlpatterns = [
    path("webhooks/<slug:account>", webhook),
    path("webhooks/<slug:account>/", webhook, name="webhook"),
]
