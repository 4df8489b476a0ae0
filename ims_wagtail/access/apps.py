"""Who may do what to which funds."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in

from .export_permissions import make_export_permissions
from .receivers import (
    make_profile,
    note_enabling,
    record_deletion,
    record_members,
    record_permissions,
    refuse_expired,
)


user_logged_in.connect(refuse_expired, dispatch_uid="ims_refuse_expired")


class AccessConfig(AppConfig):
    name = "ims_wagtail.access"
    label = "ims_access"
    verbose_name = "Access"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say how rows of this room and of funds, below it, are scoped, and watch accounts."""
        from django.contrib.auth import get_user_model
        from django.contrib.auth.models import Group
        from django.db.models.signals import (
            m2m_changed,
            post_delete,
            post_migrate,
            post_save,
            pre_save,
        )
        from wagtail.permissions import register_permission_policy

        from ims_wagtail.funds.models import Fund, FundGroup, PaymentType

        from . import probes  # noqa: F401 - registers them
        from .models import AuditEntry, ReadEntry
        from .policy import FundScopedPolicy

        register_permission_policy(Fund, FundScopedPolicy(Fund, "pk"))
        register_permission_policy(FundGroup, FundScopedPolicy(FundGroup, "funds__pk"))
        register_permission_policy(PaymentType, FundScopedPolicy(PaymentType))
        register_permission_policy(AuditEntry, FundScopedPolicy(AuditEntry))
        register_permission_policy(ReadEntry, FundScopedPolicy(ReadEntry))

        post_migrate.connect(make_export_permissions)
        user_model = get_user_model()
        post_save.connect(make_profile, sender=user_model)
        pre_save.connect(note_enabling, sender=user_model)
        post_delete.connect(record_deletion, sender=user_model)
        m2m_changed.connect(record_members, sender=user_model.groups.through)
        m2m_changed.connect(record_permissions, sender=Group.permissions.through)
