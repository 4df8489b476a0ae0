"""What ties the staff side together."""

from django.apps import AppConfig


class BackofficeConfig(AppConfig):
    name = "ims_wagtail.backoffice"
    label = "ims_backoffice"
    verbose_name = "Income"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from ims_wagtail.ledger import actions, story
        from ims_wagtail.notifications.renderers import register
        from ims_wagtail.payments.links import LINK_MESSAGE

        from . import probes  # noqa: F401 - registers them
        from .counter.models import CashierSession
        from .counter.policy import SessionPolicy
        from .counter.proofs import add_proofs
        from .counter.telling import cheque_actions, received_told, void_actions
        from .taking.link_email import link_email

        register(LINK_MESSAGE, link_email)
        register_permission_policy(CashierSession, SessionPolicy())
        add_proofs()
        story.register(received_told)
        actions.register(cheque_actions)
        actions.register(void_actions)
