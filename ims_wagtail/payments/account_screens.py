"""The screens of merchant accounts: what is paid where, and whether their providers take it."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from ims_wagtail.access import audit
from ims_wagtail.access.columns import MoneyColumn
from ims_wagtail.access.form_rows import FormRowsPanel
from ims_wagtail.access.views import ScopedCreateView, ScopedEditView, ScopedInspectView
from ims_wagtail.access.viewsets import SETUP_MENU, ScopedModelViewSet

from .account_facts import facts_of
from .account_form import MerchantAccountForm, routes_seen_by, written
from .availability import closed_because, reopen
from .models import MerchantAccount
from .providers.registry import provider_name


class _WithRoutes:
    """A form's view that compares and audits what is paid through the account as well."""

    def details(self, obj: Any) -> dict[str, Any]:
        return super().details(obj) | {"routes": written(obj)}  # type: ignore[misc]

    def save_instance(self) -> Any:
        """Save it, and say at once when what is now paid through it can't be paid at all."""
        account = super().save_instance()  # type: ignore[misc]
        user = self.request.user  # type: ignore[attr-defined]
        routes = [str(route) for route in routes_seen_by(user, account)]
        if routes and (why := closed_because(account)):
            messages.warning(
                self.request,  # type: ignore[attr-defined]
                gettext(
                    "No payment can be begun through %(account)s (%(why)s), so this can’t be paid "
                    "for the moment: %(routes)s."
                )
                % {"account": account.name, "why": why, "routes": "; ".join(routes)},
            )
        return account


class MerchantAccountCreateView(_WithRoutes, ScopedCreateView):
    """Adds an account; its key is put into the environment by whoever runs the site."""


class MerchantAccountEditView(_WithRoutes, ScopedEditView):
    """Changes an account and what is paid through it."""


class MerchantAccountView(ScopedInspectView):
    """Shows an account: whether its secrets are there, what is paid through it, what uses it."""

    template_name = "ims_wagtail/payments/staff/merchant_account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        account = self.object
        may_reopen = account.unavailable_since and self.user_has_permission("change")
        return super().get_context_data(
            facts=facts_of(account, reader=self.request.user),
            closed=closed_because(account),
            again_url=reverse("ims_merchant_accounts:try_again", args=[account.pk])
            if may_reopen
            else "",
            **kwargs,
        )


class TryAgainView(PermissionCheckedMixin, View):
    """Offers an account that its provider refused again. Only by POST, audited."""

    model = MerchantAccount
    permission_required = "change"
    http_method_names = ["post"]

    @transaction.atomic
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        account = get_object_or_404(MerchantAccount.objects.select_for_update(), pk=pk)
        before = audit.snapshot(account)
        if reopen(account=account):
            audit.record(
                user=request.user,
                action="try account again",
                obj=account,
                before=before,
                after=audit.snapshot(account),
            )
        messages.success(
            request, gettext("%(account)s is offered again.") % {"account": account.name}
        )
        return redirect("ims_merchant_accounts:inspect", pk)


def taken(account: MerchantAccount) -> Any:
    """Return whether an account can be paid through, for the list."""
    return closed_because(account) or gettext("yes")


class MerchantAccountViewSet(ScopedModelViewSet):
    """Accounts at providers. Their secrets stand in the environment and nowhere else."""

    model = MerchantAccount
    name = "merchant-accounts"
    icon = "bank"
    menu_hook = SETUP_MENU
    menu_order = 60
    views = ("index", "inspect", "add", "edit", "delete")
    ordering = "code"
    list_display = [
        "code",
        Column("name", label=_("Name")),
        Column(
            "provider",
            label=_("Provider"),
            accessor=lambda account: provider_name(account.provider),
        ),
        Column(
            "is_live",
            label=_("Takes real money"),
            accessor=lambda account: _("yes") if account.is_live else _("no, only for trying"),
        ),
        MoneyColumn("minimum_amount", label=_("Least")),
        MoneyColumn("maximum_amount", label=_("Most")),
        Column("taken", label=_("Payments can be begun"), accessor=taken),
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("name"), FieldPanel("provider"), FieldPanel("code")], _("Account")
            ),
            FieldPanel("is_live"),
            FieldRowPanel(
                [FieldPanel("minimum_amount"), FieldPanel("maximum_amount")],
                _("How much one payment may come to"),
            ),
            FieldPanel("delayed_capture"),
            FormRowsPanel(
                "routes",
                heading=_("What is paid through it"),
                help_text=_(
                    "A payment type goes to the account that names it, otherwise to the account "
                    "that takes everything else. A row for one site goes before those for every "
                    "site."
                ),
            ),
            FieldPanel("take_over"),
            MultiFieldPanel(
                [FieldPanel("surcharge_fund"), FieldPanel("surcharge_reference")],
                _("Card surcharges"),
            ),
            MultiFieldPanel(
                [FieldPanel("fee_fund"), FieldPanel("fee_reference")], _("Fees of lost disputes")
            ),
        ],
        base_form_class=MerchantAccountForm,
    )
    add_view_class = MerchantAccountCreateView
    edit_view_class = MerchantAccountEditView
    inspect_view_class = MerchantAccountView
    inspect_template_name = MerchantAccountView.template_name
    inspect_view_fields = ["name"]

    def get_urlpatterns(self) -> list[URLPattern]:
        again = path("try-again/<int:pk>/", self.construct_view(TryAgainView), name="try_again")
        return [*super().get_urlpatterns(), again]
