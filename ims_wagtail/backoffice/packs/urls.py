"""Addresses of set-up packs in the Wagtail admin."""

from django.urls import path

from .views import DifferencesView, ExportView, PacksView


app_name = "ims_packs"
urlpatterns = [
    path("", PacksView.as_view(), name="index"),
    path("export/", ExportView.as_view(), name="export"),
    path("<int:pk>/", DifferencesView.as_view(), name="differences"),
]
