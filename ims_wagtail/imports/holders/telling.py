"""That a file told every balance of a fund, be it changed or not, kept once for all of them."""

from __future__ import annotations

from django.db.models import Min

from ims_wagtail.accounts.models import ToldBalances
from ims_wagtail.imports.enums import HolderMode
from ims_wagtail.imports.models import HolderFile, HolderTotal, Import, ImportHolder


def keep_told(file: Import, about: HolderFile) -> None:
    """Write down when the balances of funds are as at that a file told as a whole.

    A fund with rows that were left out is not told as a whole. Where rows say days of their own,
    the earliest holds for all.
    """
    if about.mode != HolderMode.REPLACE or "balance" not in about.tells or about.nameless:
        return
    rows = ImportHolder.objects.filter(of_import=file, number__gt=0, fund__isnull=False).order_by()
    moments = dict(rows.values_list("fund_id").annotate(Min("balance_at")))
    totals = HolderTotal.objects.filter(of_import=file, left_out=0, fund__in=moments)
    before = dict(ToldBalances.objects.filter(fund__in=moments).values_list("fund_id", "at"))
    for total in totals:
        if total.fund_id is None or (moment := moments[total.fund_id]) is None:
            continue
        total.told_at, total.told_before = moment, before.get(total.fund_id)
        total.save(update_fields=["told_at", "told_before"])
        ToldBalances.objects.update_or_create(fund_id=total.fund_id, defaults={"at": moment})


def put_told_back(file: Import) -> None:
    """Put back when balances were as at before a file, unless another told them since."""
    totals = HolderTotal.objects.filter(of_import=file)
    for fund_id, at, before in totals.values_list("fund_id", "told_at", "told_before"):
        if at is None:
            continue
        told = ToldBalances.objects.filter(fund=fund_id, at=at)
        if before is None:
            told.delete()
        else:
            told.update(at=before)
