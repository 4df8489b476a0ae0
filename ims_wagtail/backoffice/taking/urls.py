"""Addresses in the Wagtail admin of taking a payment for somebody."""

from django.urls import path

from .order_view import ReturnedView
from .screens import AddView, PayerView
from .take_view import TakeView


app_name = "ims_taking"
urlpatterns = [
    path("", TakeView.as_view(), name="take"),
    path("payment/", AddView.as_view(), name="add_payment"),
    path("payer/", PayerView.as_view(), name="payer"),
    path("returned/", ReturnedView.as_view(), name="returned"),
]
