"""Where people are asked after paying, under ``/pay/``."""

from django.urls import path

from .views import ask


app_name = "ims_feedback"

urlpatterns = [path("order/<uuid:token>/feedback/", ask, name="ask")]
