"""Packs of evidence, as an app of its own: it keeps what auditors ask for until they took it."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "ims_wagtail.backoffice.evidence"
    label = "ims_evidence"
    verbose_name = "Evidence"
    default_auto_field = "django.db.models.BigAutoField"
