"""Addresses of the pretend provider's own pages."""

from django.urls import path

from .console import console
from .views import pay


app_name = "ims_sandbox"

urlpatterns = [
    path("pay/<uuid:payment_id>/", pay, name="pay"),
    path("console/<uuid:payment_id>/", console, name="console"),
]
