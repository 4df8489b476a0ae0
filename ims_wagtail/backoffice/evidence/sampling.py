"""Drawing a sample of transactions that anybody can draw again from the seed."""

from django.db.models import CharField, F, Func, QuerySet, Value
from django.db.models.functions import Concat

from ims_wagtail.access.policy import Scope
from ims_wagtail.ledger.models import Transaction

from .models import EvidencePack


#: Told in the pack, so that an auditor can check that nobody chose the transactions.
RULE = "the smallest values of md5(SEED || ':' || transaction reference), as text"


def population(pack: EvidencePack, scope: Scope) -> QuerySet[Transaction]:
    """Return every transaction a pack is drawn from, by accounting date."""
    rows = Transaction.objects.filter(accounting_date__range=(pack.since, pack.until))
    if pack.fund_id:
        rows = rows.filter(fund=pack.fund_id)
    return rows if scope.every else rows.filter(fund_id__in=scope.fund_ids)


def sample(pack: EvidencePack, scope: Scope) -> list[int]:
    """Return the keys of a pack's transactions, by ``RULE``; in constant memory."""
    keyed = Concat(Value(f"{pack.seed}:"), F("reference"), output_field=CharField())
    drawn = Func(keyed, function="md5", output_field=CharField())
    rows = population(pack, scope).order_by(drawn, "reference")
    return list(rows.values_list("pk", flat=True)[: pack.wanted])
