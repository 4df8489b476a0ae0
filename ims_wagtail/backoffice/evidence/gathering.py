"""Everything behind some transactions, as plain values; as many queries for many as for one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model, Q
from wagtail.permissions import policy_registry

from ims_wagtail.access.models import AuditEntry
from ims_wagtail.access.policy import scope_of
from ims_wagtail.approvals.models import Approval
from ims_wagtail.corrections import sources as correction_sources
from ims_wagtail.corrections.models import Correction
from ims_wagtail.imports.models import ImportPosting, ImportRow
from ims_wagtail.ledger.family import MOST, families_of
from ims_wagtail.ledger.models import PayerDetails, Posting, Transaction
from ims_wagtail.ledger.story import stories_of
from ims_wagtail.payments.models import Attempt, Order, OrderLine, ProviderEvent, Refund
from ims_wagtail.payments.refunds.deciding import batch_subject_of
from ims_wagtail.payments.refunds.deciding import subject_of as refund_subject_of


#: What no pack holds: what opens doors.
_SECRETS = {"token", "token_hash", "basket_token", "basket_line"}
#: What a pack without personal data leaves out of rows that hold some.
_PERSONAL = {
    ImportRow: {"raw", "narrative", "payer", "received"},
    OrderLine: {"answers", "confirmation"},
    Transaction: {"narrative"},
}
LEFT_OUT = "left out: personal"


def gather(*, transaction_ids: Sequence[int], reader: Any, with_people: bool) -> list[dict]:
    """Return one dictionary for each transaction, in their order, of what the reader may see.

    ``with_people`` is whether personal data are in it; the reader's rights go for them too.
    """
    lines = Transaction.objects.select_related("fund", "method", "vat_code", "posting")
    chosen = lines.in_bulk(transaction_ids)
    return _Gathered(chosen.values(), reader, with_people).told(
        [chosen[pk] for pk in transaction_ids if pk in chosen]
    )


class _Gathered:
    """What is behind some lines, read once for all of them and handed out line by line."""

    def __init__(self, lines: Iterable[Transaction], reader: Any, with_people: bool) -> None:
        self.reader, self.with_people = reader, with_people
        roots = {line.posting_id for line in lines}
        self.families = {root: ids[:MOST] for root, ids in families_of(roots).items()}
        everybody = {pk for ids in self.families.values() for pk in ids}
        self.postings = Posting.objects.in_bulk(everybody)
        self.lines = self._by("posting_id", self._seen_lines(everybody))
        self.stories = stories_of(posting_ids=roots, reader=reader)
        self.payers = self._payers(everybody)
        self._read_orders()
        self._read_refunds_and_corrections(everybody)
        self._read_imports(lines)
        self._read_approvals_and_audit()

    def told(self, lines: Sequence[Transaction]) -> list[dict]:
        return [self._told(line) for line in lines]

    def _told(self, line: Transaction) -> dict:
        family = self.families[line.posting_id]
        orders = self._of(family, self.orders)
        attempts = [a for order in orders for a in self.attempts[order.pk]]
        refunds, corrections = self._of(family, self.refunds), self._of(family, self.corrections)
        objects = [*orders, *attempts, *refunds, *corrections]
        subjects = {self.subjects[obj] for obj in objects if obj in self.subjects}
        approvals = [a for subject in sorted(subjects) for a in self.approvals[subject]]
        objects += [*approvals, *(self.postings[pk] for pk in family if self.lines[pk]), line]
        imported = self.imported.get((line.posting_id, line.line_number))
        return {
            "transaction": self._row(line),
            "fund": str(line.fund),
            "method of payment": str(line.method),
            "VAT code": str(line.vat_code),
            "posting": self._posting(line.posting_id),
            "corrections and what they correct": [
                self._posting(pk) for pk in family if pk != line.posting_id and self.lines[pk]
            ],
            "orders": [
                {
                    **self._row(order),
                    "lines": self._rows(self.order_lines[order.pk]),
                    "attempts": [
                        {
                            **self._row(attempt),
                            "provider events": self._rows(self.events[attempt.pk]),
                        }
                        for attempt in self.attempts[order.pk]
                    ],
                }
                for order in orders
            ],
            "refunds": self._rows(refunds),
            "requested corrections": self._rows(corrections),
            "approvals": self._rows(approvals),
            "import row": self._row(imported) if imported else None,
            "audit log": [
                entry for obj in objects for entry in self.audited[obj._meta.label, str(obj.pk)]
            ],
            "story": [
                {
                    "at": _plain(event.at),
                    "what": str(event.what),
                    "details": [str(detail) for detail in event.details],
                    "by": event.by,
                }
                for event in self.stories[line.posting_id].events
            ],
        }

    def _posting(self, pk: int) -> dict:
        lines = self.lines[pk]
        told = {**self._row(self.postings[pk]), "lines": self._rows(lines)}
        told["lines in other funds"] = self.postings[pk].line_count - len(lines)
        if pk in self.payers:
            told["payer"] = self._row(self.payers[pk])
        return told

    def _seen_lines(self, posting_ids: Collection[int]) -> Iterable[Transaction]:
        scope = scope_of(self.reader, "ims_ledger.view_transaction")
        lines = Transaction.objects.filter(posting__in=posting_ids)
        if not scope.every:
            lines = lines.filter(fund_id__in=scope.fund_ids)
        return lines.order_by("posting", "line_number")

    def _payers(self, posting_ids: Collection[int]) -> dict[int, PayerDetails]:
        scope = scope_of(self.reader, "ims_ledger.view_payerdetails")
        seen = [
            pk
            for pk in posting_ids
            if self.with_people and any(line.fund_id in scope for line in self.lines[pk])
        ]
        return PayerDetails.objects.in_bulk(seen)

    def _read_orders(self) -> None:
        attempts = {
            int(number): pk
            for pk, posting in self.postings.items()
            for kind, _colon, number in [posting.source.partition(":")]
            if kind == "attempt" and number.isdecimal()
        }
        paid = Attempt.objects.filter(pk__in=attempts).values_list("pk", "order")
        posting_of = {order_id: attempts[pk] for pk, order_id in paid}
        orders = list(self._mine(Order).filter(pk__in=posting_of))
        self.orders: dict[int, list] = defaultdict(list)
        for order in orders:
            self.orders[posting_of[order.pk]].append(order)
        scope = scope_of(self.reader, "ims_payments.view_order")
        lines = OrderLine.objects.filter(order__in=orders).order_by("order", "number")
        self.order_lines = self._by("order_id", (x for x in lines if x.fund_id in scope))
        tried = list(self._mine(Attempt).filter(order__in=orders).order_by("pk"))
        self.attempts = self._by("order_id", tried)
        events = ProviderEvent.objects.filter(attempt__in=tried)
        self.events = self._by("attempt_id", events.order_by("received_at", "pk"))

    def _read_refunds_and_corrections(self, posting_ids: Collection[int]) -> None:
        refunds = self._mine(Refund).filter(posting__in=posting_ids).select_related("batch")
        self.refunds = self._by("posting_id", refunds.order_by("pk"))
        corrections = self._mine(Correction).filter(posting__in=posting_ids)
        self.corrections = self._by("posting_id", corrections.order_by("pk"))
        self.subjects: dict[Model, str] = {}
        for refund in (one for some in self.refunds.values() for one in some):
            batch = refund.batch
            subject = batch_subject_of(batch) if batch else refund_subject_of(refund)
            self.subjects[refund] = subject
        for correction in (one for some in self.corrections.values() for one in some):
            self.subjects[correction] = correction_sources.subject_of(correction)

    def _read_imports(self, lines: Iterable[Transaction]) -> None:
        numbers = {(line.posting_id, line.line_number) for line in lines}
        came = ImportPosting.objects.filter(posting__in={pk for pk, _number in numbers})
        files = dict(came.values_list("posting_id", "of_import_id"))
        wanted = Q(pk__in=[])
        for posting_id, number in numbers:
            if posting_id in files:
                wanted |= Q(of_import=files[posting_id], ordinal=number)
        mine = self._mine(ImportRow).filter(wanted)
        rows = {(row.of_import_id, row.ordinal): row for row in mine}
        self.imported = {
            (posting_id, number): rows.get((files[posting_id], number))
            for posting_id, number in numbers
            if posting_id in files
        }

    def _read_approvals_and_audit(self) -> None:
        approvals = list(
            self._mine(Approval).filter(subject__in=set(self.subjects.values())).order_by("pk")
        )
        self.approvals = self._by("subject", approvals)
        ids: dict[str, set[str]] = defaultdict(set)
        groups = (self.orders, self.attempts, self.refunds, self.corrections, self.lines)
        objects = [obj for group in groups for some in group.values() for obj in some]
        for obj in (*objects, *approvals, *self.postings.values()):
            ids[obj._meta.label].add(str(obj.pk))
        about = Q(pk__in=[])
        for label, keys in ids.items():
            about |= Q(object_type=label, object_id__in=keys)
        self.audited: dict[tuple[str, str], list[dict]] = defaultdict(list)
        for entry in self._mine(AuditEntry).filter(about).select_related("link").order_by("pk"):
            link = getattr(entry, "link", None)
            told = {**self._row(entry), "link": str(link) if link else None}
            self.audited[entry.object_type, entry.object_id].append(told)

    def _mine(self, model: type[Model]) -> Any:
        policy = policy_registry.get_by_type(model)
        return policy.instances_user_has_any_permission_for(self.reader, ["view"])

    def _rows(self, objects: Iterable[Model]) -> list[dict]:
        return [self._row(obj) for obj in objects]

    def _row(self, obj: Model) -> dict:
        """Return a row by the names of its columns, without secrets and what is to be left out."""
        hidden = set() if self.with_people else _PERSONAL.get(type(obj), set())
        return {
            field.attname: LEFT_OUT
            if field.name in hidden and getattr(obj, field.attname)
            else _plain(getattr(obj, field.attname))
            for field in obj._meta.concrete_fields
            if field.name not in _SECRETS
        }

    @staticmethod
    def _of(family: Iterable[int], by_posting: dict[int, list]) -> list:
        return [found for pk in family for found in by_posting.get(pk, ())]

    @staticmethod
    def _by(name: str, objects: Iterable[Any]) -> dict[Any, list]:
        found: dict[Any, list] = defaultdict(list)
        for obj in objects:
            found[getattr(obj, name)].append(obj)
        return found


def _plain(value: Any) -> Any:
    """Return what JSON can hold; money as text, never as a float; times in UTC."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    return value
