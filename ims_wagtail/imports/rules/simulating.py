"""What a rule would have done to the rows of the last months; nothing is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from operator import attrgetter

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from ims_wagtail.accounts.models import AccountHolder
from ims_wagtail.funds.models import Fund
from ims_wagtail.funds.selectors import suspense_fund
from ims_wagtail.imports.enums import OVER_WITHOUT_TRACE, ImportKind, RowOutcome
from ims_wagtail.imports.loading import CHANGEABLE
from ims_wagtail.imports.models import Import, ImportRow, ImportRule, ImportType
from ims_wagtail.imports.payers import with_known_payers
from ims_wagtail.imports.rows import Row
from ims_wagtail.imports.ruling import enabled_rules
from ims_wagtail.imports.verdicts import Verdict, compile_verdicts
from ims_wagtail.money import ZERO

from .compiling import Applied, compile_rules
from .conflicts import Conflicts
from .reading import check_action, facts_of, finders_of
from .rebuilding import RULED, received_rows
from .simulation import Changed, Part, Simulation, Way


#: So far back, at most so many rows, and so many of them shown.
DAYS, MOST, SHOWN = 90, 100_000, 100
_AT_ONCE = 1000
_changeable = attrgetter(*CHANGEABLE)


def simulate(*, rule: ImportRule, types: Iterable[ImportType]) -> Simulation:
    """Say what a rule, together with those that are on, does to rows received in 90 days.

    ``types`` are those whose rows the reader may see; of them those count that the rule is for.
    At most the newest 100,000 rows are looked at, in constant memory. Raises ``ValidationError``
    for a rule that can't be read.
    """
    for action in rule.actions.all():
        check_action(action)
    own = set(rule.import_types.values_list("pk", flat=True))
    found = {
        one.pk: one
        for one in types
        if one.kind == ImportKind.TRANSACTIONS and (not own or one.pk in own)
    }
    result = Simulation()
    rows, result.is_cut = _newest(found)
    conflicts = Conflicts(rule)
    suspense = suspense_fund()
    changed = _as_accounts_say(_changed(result, rows, found, rule, conflicts), suspense)
    for one in changed:
        _count(result, one)
    result.conflicts = conflicts.found()
    ids = {pk for way in result.flows for pk in (way[1], way[3]) if pk}
    ids |= {part.fund_id for one in result.rows for part in one.before + one.after if part.fund_id}
    result.funds = Fund.objects.in_bulk(ids)
    return result


def _newest(types: dict[int, ImportType]) -> tuple[QuerySet[ImportRow], bool]:
    """Return the newest rows, and whether there are more; older files are not even looked for."""
    imports = (
        Import.objects.filter(
            import_type__in=types, received_at__gte=timezone.now() - timedelta(days=DAYS)
        )
        .exclude(state__in=OVER_WITHOUT_TRACE)
        .annotate(ruled=Sum("totals__count", filter=Q(totals__outcome__in=RULED)))
        .order_by("-pk")
        .values_list("pk", "ruled")
    )
    newest: list[int] = []
    count = 0
    for pk, ruled in imports:
        if count >= MOST:
            return ImportRow.objects.filter(of_import__in=newest), bool(newest)
        newest.append(pk)
        count += ruled or 0
    return ImportRow.objects.filter(of_import__in=newest), count > MOST


def _then_payers(rules: Applied, import_type: ImportType) -> Applied:
    """Return what happens to rows, and of it the rules alone that acted."""
    both = with_known_payers(rules, import_type) or rules
    return lambda row: tuple(acted for acted in both(row) if acted > 0)


class _OfType:
    """Rules with and without the one, and what becomes of rows, for one import type."""

    def __init__(self, import_type: ImportType, rule: ImportRule) -> None:
        others = [one for one in enabled_rules(import_type) if one.pk != rule.pk]
        self.rules = sorted([*others, rule], key=lambda one: (one.order, one.pk))
        facts = [facts_of(one) for one in self.rules]
        finders = finders_of(facts)
        self.facts = {one.pk: one for one in facts}
        self.finders = finders
        self.apply = _then_payers(compile_rules(facts, finders=finders), import_type)
        self.apply_others = _then_payers(
            compile_rules([one for one in facts if one.pk != rule.pk], finders=finders),
            import_type,
        )
        self.decide: Callable[[Row], Verdict] = compile_verdicts(import_type)

    def parts(self, row: Row) -> tuple[Part, ...]:
        """Return what a row becomes that rules have been applied to."""
        return tuple(_part(one, self.decide(one)) for one in row.parts or [row])


def _part(row: Row, verdict: Verdict) -> Part:
    return Part(
        verdict.outcome,
        verdict.fund_id,
        verdict.account_reference,
        verdict.method_id,
        verdict.office_id,
        verdict.vat_code_id,
        row.narrative,
        row.amount or ZERO,
        verdict.why,
    )


def _changed(
    result: Simulation,
    rows: QuerySet[ImportRow],
    types: dict[int, ImportType],
    rule: ImportRule,
    conflicts: Conflicts,
) -> Iterator[Changed]:
    """Yield the rows the rule acts on, with what they become without and with it."""
    of_type: dict[int, _OfType] = {}
    for received in islice(received_rows(rows, types), MOST):
        result.looked_at += 1
        if received is None:
            continue
        known = of_type.get(received.import_type_id)
        if known is None:
            known = _OfType(types[received.import_type_id], rule)
            of_type[received.import_type_id] = known
        row = received.row
        as_received = _changeable(row)
        acted = known.apply(row)
        # Where it doesn't act, all is as without it.
        if rule.pk not in acted:
            continue
        result.acted += 1
        original = replace(
            row, suspense="", parts=None, **dict(zip(CHANGEABLE, as_received, strict=True))
        )
        if len(acted) > 1:
            conflicts.look(original, acted, known.facts, known.finders)
        after = known.parts(row)
        without = replace(original)
        known.apply_others(without)
        yield Changed(received.import_id, original, known.parts(without), after)


def _as_accounts_say(rows: Iterator[Changed], suspense: Fund) -> Iterator[Changed]:
    """Yield rows with those kept back whose account is missing in a fund that takes no others."""
    strict = set(Fund.objects.filter(account_must_exist=True).values_list("pk", flat=True))
    if not strict:
        yield from rows
        return
    while some := list(islice(rows, _AT_ONCE)):
        named = {
            (part.fund_id, part.reference)
            for one in some
            for part in one.before + one.after
            if part.outcome == RowOutcome.POSTED and part.fund_id in strict
        }
        known = AccountHolder.objects.filter(
            fund__in=strict, reference__in={reference for _fund, reference in named}
        )
        missing = named - set(known.values_list("fund_id", "reference"))
        for one in some:
            yield replace(
                one,
                before=tuple(_settled(part, missing, suspense) for part in one.before),
                after=tuple(_settled(part, missing, suspense) for part in one.after),
            )


def _settled(part: Part, missing: Container[tuple[int | None, str]], suspense: Fund) -> Part:
    if part.outcome != RowOutcome.POSTED or (part.fund_id, part.reference) not in missing:
        return part
    return part._replace(
        outcome=RowOutcome.PROBLEM.value, fund_id=suspense.pk, vat_code_id=suspense.vat_code_id
    )


def _count(result: Simulation, one: Changed) -> None:
    ways: Counter[Way] = Counter()
    amounts: dict[Way, Decimal] = defaultdict(lambda: ZERO)
    for before, after, amount in _pairs(one.before, one.after):
        if before.becomes() != after.becomes():
            way = (before.outcome, before.fund_id, after.outcome, after.fund_id)
            ways[way] = 1
            amounts[way] += amount
    if not ways:
        return
    result.changed += 1
    for way in ways:
        result.flows[way].rows += 1
        result.flows[way].amount += amounts[way]
    if len(result.rows) < SHOWN:
        result.rows.append(one)


def _pairs(
    before: tuple[Part, ...], after: tuple[Part, ...]
) -> Iterator[tuple[Part, Part, Decimal]]:
    """Yield which pounds of the row before are which after; a row that was split is money in."""
    if len(before) == len(after) == 1:
        yield before[0], after[0], before[0].amount
        return
    left, right = list(before), list(after)
    while left and right:
        amount = min(left[0].amount, right[0].amount)
        yield left[0], right[0], amount
        for parts in (left, right):
            first = parts[0]._replace(amount=parts[0].amount - amount)
            if first.amount:
                parts[0] = first
            else:
                parts.pop(0)
