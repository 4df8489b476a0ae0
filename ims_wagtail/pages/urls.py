"""Addresses of the pages room, under ``/pay/``."""

from django.urls import path

from .filling import fill_in


app_name = "ims_pages"

urlpatterns = [path("fill-in/<int:page_id>/", fill_in, name="fill_in")]
