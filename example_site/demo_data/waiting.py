"""The stage in which the finance officer has asked for what a second person has to approve."""

from django.contrib.auth.models import User
from django.db.models import QuerySet

from ims_wagtail.clock import accounting_date
from ims_wagtail.corrections.models import Correction
from ims_wagtail.corrections.requesting import request_move
from ims_wagtail.corrections.wishes import Move, To
from ims_wagtail.ledger.enums import PostingKind
from ims_wagtail.ledger.models import Transaction
from ims_wagtail.money import format_pounds

from . import staff
from .trade import Service, services


_SERVICE = "council-tax"


def is_done() -> bool:
    """Tell whether a correction was asked for, or there is nothing to correct."""
    return Correction.objects.exists() or not _payments(_service()).exists()


def build() -> str:
    """Ask to move the newest payment of council tax to the account it was meant for."""
    service = _service()
    line = _payments(service).select_related("fund").latest("pk")
    account = next(each for each in service.references if each != line.account_reference)
    correction = request_move(
        wish=Move(
            takes={line.pk: line.amount},
            gives=[To(line.fund, account, line.amount)],
            reason="Paid to the account of their last address",
        ),
        by=User.objects.get(username=staff.FINANCE_OFFICER),
    )
    return f"{correction}, {format_pounds(correction.amount)}, waits for the approver"


def _service() -> Service:
    return services(accounting_date())[_SERVICE]


def _payments(service: Service) -> QuerySet[Transaction]:
    uncorrected = Transaction.objects.filter(corrects__isnull=True, corrections__isnull=True)
    return uncorrected.filter(
        fund_id=service.fund_id,
        posting__kind=PostingKind.PAYMENT,
        account_reference__in=service.references,
    )
