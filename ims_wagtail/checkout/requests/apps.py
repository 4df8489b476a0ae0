"""Requests to pay, as an app of its own: they outlive the baskets that they are paid by."""

from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "ims_wagtail.checkout.requests"
    label = "ims_requests"
    verbose_name = "Requests to pay"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say who may see requests and who writes their e-mails."""
        from wagtail.permissions import register_permission_policy

        from ims_wagtail.access.policy import FundScopedPolicy
        from ims_wagtail.notifications.renderers import register

        from . import probes  # noqa: F401 - registers them
        from .applications.emails import APPLIED, REFUSED, applied_email, refused_email
        from .emails import REMINDER, REQUEST, reminder_email, request_email
        from .models import Application, RequestFile, RequestToPay

        for model in (RequestToPay, RequestFile, Application):
            register_permission_policy(model, FundScopedPolicy(model, "payment_type__fund"))
        register(REQUEST, request_email)
        register(REMINDER, reminder_email)
        register(APPLIED, applied_email)
        register(REFUSED, refused_email)
