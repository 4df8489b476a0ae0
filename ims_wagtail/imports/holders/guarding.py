"""What a checked file of account holders may do, and what somebody has to answer for."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ims_wagtail.imports.exceptions import ImportRefused
from ims_wagtail.imports.models import HolderFile, HolderTotal, Import

from .differences import funds_replaced


def removing_too_many(file: Import) -> list[HolderTotal]:
    """Return the funds of which a file would remove more accounts than its type lets it."""
    about = HolderFile.objects.filter(of_import=file).first()
    if about is None:
        return []
    totals = HolderTotal.objects.filter(of_import=file, gone__gt=0).select_related("fund")
    return [
        total
        for total in totals.order_by("fund__code")
        if total.gone * 100 > total.known * about.most_gone
    ]


def allow_holders(file: Import, gone_reason: str) -> None:
    """Let a locked file be merged; keep the reason for removing more accounts than usual.

    Raises ``ImportRefused``.
    """
    totals = list(HolderTotal.objects.filter(of_import=file))
    if not any(total.new or total.changed or total.same for total in totals):
        raise ImportRefused(_("There is nothing to load: no row of the file can be."))
    about = {t.fund_id for t in totals if t.new or t.changed or t.same or t.gone}
    if not about <= {*funds_replaced(file)}:
        raise ImportRefused(
            _("The import type is about other funds by now: bring the file in once more.")
        )
    reason = " ".join(gone_reason.split())[:200]
    too_many = removing_too_many(file)
    if too_many and not reason:
        raise ImportRefused(
            _("The file would remove too many accounts: %(funds)s. Say why they go to load it.")
            % {
                "funds": ", ".join(
                    _("%(gone)d of %(known)d in %(fund)s")
                    % {"gone": total.gone, "known": total.known, "fund": total.fund}
                    for total in too_many
                )
            }
        )
    HolderFile.objects.filter(of_import=file).update(gone_reason=reason if too_many else "")
