"""What may be missing or contradictory in what can be paid for."""

from collections.abc import Iterator

from django.db import connections
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from ims_wagtail.clock import accounting_date
from ims_wagtail.probes import Finding, Looks, Severity, probe

from .enums import MethodKind, ReferenceSource
from .models import Fund, MethodOfPayment, PaymentType, ReferenceRule, VatCode, VatRate
from .references import ReferenceInvalid, compile_rule


@probe(Looks.SERVER)
def server(using: str) -> Iterator[Finding]:
    """Find what the PostgreSQL server lacks."""
    with connections[using].cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        (synchronous_commit,) = cursor.fetchone()
        cursor.execute("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')")
        (has_trigrams,) = cursor.fetchone()
        cursor.execute("SELECT pg_jit_available()")
        (compiles_questions,) = cursor.fetchone()
    if synchronous_commit == "off":
        yield Finding(
            "ims_funds.E001",
            Severity.ERROR,
            _("PostgreSQL has synchronous_commit off."),
            _("A crash could lose payments already told to residents. Switch it on."),
        )
    if not has_trigrams:
        yield Finding(
            "ims_funds.W002",
            Severity.WARNING,
            _("The database lacks the extension pg_trgm."),
            _("Searching narratives and names is slower without it. Ask for it to be installed."),
        )
    if compiles_questions:
        yield Finding(
            "ims_funds.W008",
            Severity.WARNING,
            _("PostgreSQL compiles long questions before it answers them (jit is on)."),
            _("That takes longer than the answers of a search. Connect with “-c jit=off”."),
        )


@probe(Looks.SETUP)
def suspense(using: str) -> Iterator[Finding]:
    """Find that money nobody can match has nowhere to go."""
    funds = list(Fund.objects.using(using).filter(is_suspense=True))
    if not funds:
        yield Finding(
            "ims_funds.W001",
            Severity.ERROR,
            _("No fund is marked as the suspense fund."),
            _("Money nobody can match has nowhere to go: mark one fund."),
            about=Fund,
        )
    for fund in funds:
        if not fund.enabled:
            yield Finding(
                "ims_funds.W003",
                Severity.WARNING,
                _("The suspense fund %(fund)s is not enabled.") % {"fund": fund},
                _("Enable it, or mark another fund."),
                about=fund,
                fund_id=fund.pk,
            )


@probe(Looks.SETUP)
def vat(using: str) -> Iterator[Finding]:
    """Find VAT codes in use without a rate in force today."""
    today = accounting_date()
    begun = VatRate.objects.filter(vat_code=OuterRef("pk"), starts__lte=today)
    lacking = {
        code.pk: code for code in VatCode.objects.using(using).filter(~Exists(begun), enabled=True)
    }
    for code in lacking.values():
        yield Finding(
            "ims_funds.W004",
            Severity.WARNING,
            _("VAT code %(code)s has no rate today.") % {"code": code},
            _("Add a rate that starts today or earlier."),
            about=code,
        )
    types = PaymentType.objects.using(using).filter(enabled=True, fund__enabled=True)
    for payment_type in types.select_related("fund").order_by("slug"):
        code_id = payment_type.vat_code_id or payment_type.fund.vat_code_id
        if code_id in lacking:
            yield Finding(
                "ims_funds.E002",
                Severity.ERROR,
                _("%(type)s can’t be paid: VAT code %(code)s has no rate today.")
                % {"type": payment_type, "code": lacking[code_id].code},
                _("Add a rate that starts today or earlier, or choose another VAT code."),
                about=payment_type,
                fund_id=payment_type.fund_id,
            )


@probe(Looks.SETUP)
def methods(using: str) -> Iterator[Finding]:
    """Find kinds of payment for which no method is the default."""
    kinds = set(
        MethodOfPayment.objects.using(using)
        .filter(is_default=True, enabled=True)
        .values_list("kind", flat=True)
    )
    used = set(MethodOfPayment.objects.using(using).values_list("kind", flat=True))
    for kind in MethodKind:
        if kind in kinds or (kind not in used and kind != MethodKind.CARD_ONLINE):
            continue
        online = kind == MethodKind.CARD_ONLINE
        yield Finding(
            "ims_funds.E003" if online else "ims_funds.W005",
            Severity.ERROR if online else Severity.WARNING,
            _("No enabled method of payment is the default for “%(kind)s”.") % {"kind": kind.label},
            _("Residents can’t pay without it. Mark one method of this kind.")
            if online
            else _("Mark one method of this kind as the one used unless another is chosen."),
            about=MethodOfPayment,
        )


@probe(Looks.SETUP)
def references(using: str) -> Iterator[Finding]:
    """Find funds that take any reference, and rules that refuse their own example."""
    typed = PaymentType.objects.filter(
        fund=OuterRef("pk"), enabled=True, reference_source=ReferenceSource.PAYER
    )
    unruled = Fund.objects.using(using).filter(
        Exists(typed), enabled=True, reference_rule__isnull=True, account_must_exist=False
    )
    for fund in unruled.order_by("code"):
        yield Finding(
            "ims_funds.W006",
            Severity.WARNING,
            _("Fund %(fund)s takes any reference a payer types.") % {"fund": fund},
            _("Choose a reference rule, or the payment ends in the wrong account unnoticed."),
            about=fund,
            fund_id=fund.pk,
        )
    for rule in ReferenceRule.objects.using(using).select_related("check_digit").order_by("name"):
        if not rule.example:
            continue
        try:
            compile_rule(rule)(rule.example)
        except ReferenceInvalid as error:
            yield Finding(
                "ims_funds.W007",
                Severity.WARNING,
                _("The reference rule %(rule)s refuses its own example: %(why)s")
                % {"rule": rule, "why": error},
                _("Put the rule or its example right: residents are shown the example."),
                about=rule,
            )
