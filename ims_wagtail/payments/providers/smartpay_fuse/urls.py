"""Addresses that a payer's browser visits on its way to Smartpay Fuse and back."""

from django.urls import path

from .views import back, pay


app_name = "ims_smartpay_fuse"

urlpatterns = [
    path("<uuid:payment_id>/", pay, name="pay"),
    path("<uuid:payment_id>/back/", back, name="back"),
]
