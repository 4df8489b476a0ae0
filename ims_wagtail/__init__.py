"""Income management for councils inside the Wagtail CMS."""

__version__ = "0.1.0"

#: Every app of the package, in the order Django should load them. A site adds them in one line:
#: ``INSTALLED_APPS = [*ims_wagtail.INSTALLED_APPS, ...]``.
INSTALLED_APPS = (
    # Not a room: Django finds the translations of all rooms by it.
    "ims_wagtail",
    "ims_wagtail.api",
    "ims_wagtail.pages",
    "ims_wagtail.backoffice",
    "ims_wagtail.backoffice.reports",
    "ims_wagtail.backoffice.evidence",
    "ims_wagtail.imports",
    "ims_wagtail.checkout",
    "ims_wagtail.checkout.requests",
    "ims_wagtail.payments",
    "ims_wagtail.suspense",
    "ims_wagtail.corrections",
    "ims_wagtail.approvals",
    "ims_wagtail.ledger",
    "ims_wagtail.accounts",
    "ims_wagtail.access",
    "ims_wagtail.funds",
    "ims_wagtail.notifications",
    "ims_wagtail.ui",
    "crispy_forms",
    "django_tasks",
    "django_tasks_db",
    "wagtail_modeladmin",
)
