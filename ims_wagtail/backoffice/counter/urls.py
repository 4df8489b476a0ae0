"""Addresses in the Wagtail admin of the counter."""

from django.urls import path

from .papers import PrintReceiptView, SheetView
from .return_view import ReturnView
from .session_views import CashUpView, MySessionsView
from .take_view import HandOverView, PostView
from .void_view import VoidView


app_name = "ims_counter"
urlpatterns = [
    path("", MySessionsView.as_view(), name="sessions"),
    path("hand-over/", HandOverView.as_view(), name="hand_over"),
    path("post/", PostView.as_view(), name="post"),
    path("cash-up/", CashUpView.as_view(), name="cash_up"),
    path("sheet/<int:pk>/", SheetView.as_view(), name="sheet"),
    path("receipt/<int:pk>/", PrintReceiptView.as_view(), name="receipt"),
    path("returned-cheque/<int:pk>/", ReturnView.as_view(), name="return_cheque"),
    path("void/<int:pk>/", VoidView.as_view(), name="void"),
]
