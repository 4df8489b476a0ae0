"""What this room adds to the Wagtail admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from wagtail import hooks

from .publishing import ask_finance_first, refuse_unready_pages
from .viewsets import viewsets


hooks.register("before_bulk_action", refuse_unready_pages)
hooks.register("before_publish_page", ask_finance_first)
# First, so that a site may have screens of its own.
hooks.register("register_admin_viewset", viewsets, order=-1)


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    """Let the Groups screen say who signs off pages."""
    return Permission.objects.filter(content_type__app_label="ims_pages", codename="sign_off_page")
