"""Whether a version may be published: nothing that its checks find may stop it."""

import logging

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from wagtail.models import Revision

from .checks import Finding, Version, stops_for


logger = logging.getLogger(__name__)


class NotReady(PermissionDenied):
    """A version can't be published. Wagtail's screens answer it without an error page."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__(" ".join(in_words(finding) for finding in findings))


def may_publish(revision: Revision) -> bool:
    """Say whether to publish a version. Raises ``NotReady`` for one that its checks stop.

    A version that the clock publishes waits instead, so that the other pages of that hour go out.
    It is tried again whenever the clock publishes, and goes live once all is put right; Health
    tells of it meanwhile.
    """
    findings = stops_for(Version(revision.as_object()))
    if not findings:
        return True
    if not is_due(revision):
        raise NotReady(findings)
    logger.error(
        "page %s was to go live at %s and can't: %s",
        revision.object_id,
        revision.approved_go_live_at,
        ", ".join(finding.code for finding in findings),
    )
    return False


def is_due(revision: Revision) -> bool:
    """Say whether the clock publishes this version: somebody has said when, and it is past."""
    at = revision.approved_go_live_at
    return at is not None and at <= timezone.now()


def in_words(finding: Finding) -> str:
    """Return what was found and what to do about it."""
    return f"{finding.message}. {finding.remedy}"
