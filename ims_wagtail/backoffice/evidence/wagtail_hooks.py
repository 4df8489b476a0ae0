"""What evidence registers with the Wagtail admin."""

from wagtail import hooks

from .screens import EvidencePackViewSet


@hooks.register("register_admin_viewset")
def viewset() -> EvidencePackViewSet:
    """Register the packs of evidence."""
    return EvidencePackViewSet()
