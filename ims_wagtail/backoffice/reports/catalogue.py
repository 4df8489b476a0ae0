"""Every report there is, in the order of the list."""

from . import (
    by_fund,
    by_method,
    by_office,
    by_user,
    channel_shift,
    corrections,
    daily_takings,
    page_conversion,
    refunds,
    suspense_ageing,
    unallocated,
    vat_summary,
)
from .report import Report


REPORTS: dict[str, Report] = {
    module.REPORT.code: module.REPORT
    for module in (
        daily_takings,
        by_fund,
        by_method,
        by_office,
        by_user,
        vat_summary,
        refunds,
        corrections,
        suspense_ageing,
        unallocated,
        channel_shift,
        page_conversion,
    )
}
