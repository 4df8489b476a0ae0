"""What a set-up pack holds, section by section. A new kind of set-up is one entry of the table.

Every stored field of a model is in the pack, save its id and what ``without`` names; rows and the
links between them go by natural keys. Sections stand in the order in which they are imported: what
others name comes first.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Field, Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ims_wagtail.access.models import GroupFund
from ims_wagtail.accounts.models import StopMessage
from ims_wagtail.funds.models import (
    Attribute,
    AttributeValue,
    CheckDigit,
    Fund,
    FundGroup,
    LedgerCode,
    MethodOfPayment,
    Office,
    PaymentType,
    Price,
    PriceChange,
    ReferenceRule,
    VatCode,
    VatRate,
)
from ims_wagtail.imports.layout_columns import check_columns
from ims_wagtail.imports.models import (
    ImportRule,
    ImportType,
    Layout,
    LayoutColumn,
    RuleAction,
    RuleCondition,
)
from ims_wagtail.imports.rules.reading import check_action, value_of
from ims_wagtail.payments.models import MerchantAccount, Route

from .preparing import check_value, enter_price, refuse_own_role, refuse_rule_in_force


@dataclass(frozen=True, slots=True)
class Owned:
    """Rows that belong to a row and are replaced with it, each naming one other row or none."""

    #: What the list is called in the pack.
    name: str
    model: type[Model]
    #: The field that names the owner, and the one that names the other row.
    owner: str
    link: str


@dataclass(frozen=True, slots=True)
class Parts:
    """Rows that a row consists of, such as the columns of a layout: written out, in their order.

    They are known by nothing but their place, and are replaced together when one differs.
    """

    #: What the list is called in the pack.
    name: str
    model: type[Model]
    #: The field that names the owner.
    owner: str
    #: What has to hold for one of them, and for all together; ``ValidationError`` otherwise.
    check: Callable[[Any], object] | None = None
    check_all: Callable[[Sequence[Any]], None] | None = None

    def fields(self) -> list[Field]:
        """Return the stored fields a pack carries."""
        return [
            each
            for each in self.model._meta.concrete_fields
            if not each.primary_key and each.name != self.owner
        ]


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of set-up: its name in the pack, and what of a row goes into it."""

    name: str
    label: Any
    model: type[Model]
    #: The fields by which a row is known everywhere.
    key: tuple[str, ...]
    #: Of these, what packs don't hold that were written before there was such a field.
    may_lack: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    #: Many-to-many fields.
    links: tuple[str, ...] = ()
    owned: tuple[Owned, ...] = ()
    parts: tuple[Parts, ...] = ()
    #: Marks that one row may have at most, and the fields within which that holds.
    only_one: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Which rows are part of the set-up, when not all.
    rows: Callable[[], QuerySet[Any]] | None = None
    #: Which of these rows are exported, when not all.
    exports: Callable[[Any], bool] | None = None
    #: What has to happen to a row before it is saved; it may refuse with ``ValidationError``.
    prepare: Callable[[Any, Any], None] | None = None
    #: What else a person needs to import it (``app.codename``).
    needs: tuple[str, ...] = ()

    def queryset(self) -> QuerySet[Any]:
        """Return the rows that are part of the set-up, with what is written of them."""
        found = self.rows() if self.rows else self.model._default_manager.all()
        return found.order_by("pk").prefetch_related(*self.links)

    def fields(self) -> list[Field]:
        """Return the stored fields a pack carries."""
        return [
            each
            for each in self.model._meta.concrete_fields
            if not each.primary_key
            and each.name not in self.without
            and not getattr(each, "auto_now", False)
            and not getattr(each, "auto_now_add", False)
        ]

    def named_by(self, name: str) -> Any:
        """Return the model of the rows that a field names."""
        return self.model._meta.get_field(name).related_model

    def linked(self) -> dict[str, Any]:
        """Return the lists of names that a row has in the pack, and what each list names."""
        many = {name: self.named_by(name) for name in self.links}
        owned = {
            each.name: each.model._meta.get_field(each.link).related_model for each in self.owned
        }
        return many | owned


def _income_groups() -> QuerySet[Group]:
    """Return the groups that have to do with income; Wagtail's own are the site's affair."""
    ours = Permission.objects.filter(content_type__app_label__startswith="ims_")
    return Group.objects.filter(
        Q(pk__in=Group.objects.filter(permissions__in=ours).values("pk"))
        | Q(pk__in=GroupFund.objects.values("group"))
        | Q(pk__in=ImportType.run_by.through.objects.values("group"))
        | Q(pk__in=ImportType.undone_by.through.objects.values("group"))
    )


SECTIONS = (
    Section("vat_codes", _("VAT codes"), VatCode, ("code",)),
    Section("vat_rates", _("VAT rates"), VatRate, ("vat_code", "starts")),
    Section("check_digits", _("check digits"), CheckDigit, ("name",)),
    Section("reference_rules", _("reference rules"), ReferenceRule, ("name",)),
    Section(
        "funds", _("funds"), Fund, ("code",), only_one={"is_suspense": (), "is_ereturn_default": ()}
    ),
    Section("ledger_codes", _("general-ledger codes"), LedgerCode, ("fund", "starts")),
    Section("fund_groups", _("fund groups"), FundGroup, ("name",), links=("funds",)),
    Section("offices", _("offices"), Office, ("code",)),
    Section(
        "methods_of_payment",
        _("methods of payment"),
        MethodOfPayment,
        ("code",),
        only_one={"is_default": ("kind",)},
    ),
    Section("prices", _("prices"), Price, ("code",)),
    Section("payment_types", _("payment types"), PaymentType, ("slug",), links=("prices",)),
    Section("attributes", _("attributes"), Attribute, ("applies_to", "name")),
    Section(
        "attribute_values",
        _("values of attributes"),
        AttributeValue,
        ("attribute", "fund", "payment_type"),
        prepare=check_value,
    ),
    Section(
        "price_changes",
        _("price changes"),
        PriceChange,
        ("price", "starts"),
        without=frozenset({"upload", "entered_by", "entered_at", "approved_by", "approved_at"}),
        exports=lambda change: change.is_approved,
        prepare=enter_price,
    ),
    Section("stop_messages", _("stop messages"), StopMessage, ("fund", "code")),
    Section(
        "layouts",
        _("layouts of files"),
        Layout,
        ("name",),
        parts=(Parts("columns", LayoutColumn, "layout", check_all=check_columns),),
        needs=("ims_imports.change_layout",),
    ),
    Section(
        "roles",
        _("roles"),
        Group,
        ("name",),
        links=("permissions",),
        owned=(Owned("funds", GroupFund, "group", "fund"),),
        rows=_income_groups,
        prepare=refuse_own_role,
        needs=("auth.add_group", "auth.change_group"),
    ),
    Section(
        "import_types",
        _("import types"),
        ImportType,
        ("code",),
        without=frozenset({"failing_since", "failing_why"}),
        links=("funds", "run_by", "undone_by"),
        needs=("ims_imports.change_importtype",),
    ),
    Section(
        "import_rules",
        _("import rules, switched off"),
        ImportRule,
        ("name",),
        # Two people here switch a rule on, whatever it was elsewhere.
        without=frozenset({"enabled", "version", "asked_by", "approved_by"}),
        links=("import_types",),
        parts=(
            Parts("conditions", RuleCondition, "rule", check=value_of),
            Parts("actions", RuleAction, "rule", check=check_action),
        ),
        prepare=refuse_rule_in_force,
        needs=("ims_imports.change_importrule",),
    ),
    Section(
        "merchant_accounts",
        _("merchant accounts, without secrets"),
        MerchantAccount,
        ("code",),
        without=frozenset({"unavailable_since", "unavailable_why"}),
        needs=("ims_payments.change_merchantaccount",),
    ),
    Section(
        "routes",
        _("what is paid through which merchant account"),
        Route,
        ("payment_type", "site", "channel"),
        may_lack=frozenset({"site"}),
        needs=("ims_payments.change_merchantaccount",),
    ),
)
SECTION_NAMES = tuple(section.name for section in SECTIONS)
