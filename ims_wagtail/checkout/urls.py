"""Addresses of the resident's journey, under ``/pay/``."""

from django.urls import path

from .requests.applications.views import applied
from .requests.views import link, stop
from .views.basket import basket, remove
from .views.change import change
from .views.check import check
from .views.details import details
from .views.entry import entry
from .views.invited import invited
from .views.order import order
from .views.pay import start
from .views.receipt import order_receipt, receipt
from .views.result import result, returned
from .views.summary import summary


app_name = "ims_checkout"

urlpatterns = [
    path("basket/", basket, name="basket"),
    path("basket/<uuid:line_id>/change/", change, name="change"),
    path("basket/<uuid:line_id>/remove/", remove, name="remove"),
    path("details/", details, name="details"),
    path("check/", check, name="check"),
    path("start/", start, name="start"),
    path("return/<str:token>/", returned, name="return"),
    path("result/<str:token>/", result, name="result"),
    path("result/<str:token>/receipt/", receipt, name="receipt"),
    path("order/<uuid:token>/", order, name="order"),
    path("order/<uuid:token>/receipt/", order_receipt, name="order_receipt"),
    path("invited/<uuid:token>/", invited, name="invited"),
    path("summary/<uuid:token>/", summary, name="summary"),
    path("applied/<uuid:key>/", applied, name="applied"),
    path("link/<str:token>/", link, name="link"),
    path("link/<str:token>/stop/", stop, name="link_stop"),
    # Last: a payment type's short name stands where the words above do.
    path("<slug:slug>/", entry, name="entry"),
]
