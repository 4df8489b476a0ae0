"""The list of prices, the history of one, and the addresses of what is done with them."""

from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import BooleanColumn, Column, TitleColumn
from wagtail.admin.widgets.button import Button

from ims_wagtail.access.columns import MoneyColumn
from ims_wagtail.access.policy import funds_for
from ims_wagtail.access.views import ScopedIndexView, ScopedInspectView
from ims_wagtail.backoffice.setup.base import SetupViewSet
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import PaymentType, Price, PriceChange

from .approving import WaitingView
from .entering import ProposeView
from .standing import next_price, price_today, standing, waiting
from .uploading import UploadView


class PriceIndexView(ScopedIndexView):
    """Every price with what it is today and what comes next."""

    def get_base_queryset(self) -> QuerySet[Any]:
        return super().get_base_queryset().prefetch_related("changes")

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        user = self.request.user
        buttons = [
            *super().header_more_buttons,
            Button(
                _("Waiting for approval"),
                url=reverse("ims_prices:waiting"),
                icon_name="check",
                priority=10,
            ),
        ]
        if user.has_perms(UploadView.permissions):
            buttons.append(
                Button(
                    _("Upload a spreadsheet"),
                    url=reverse("ims_prices:upload"),
                    icon_name="upload",
                    priority=20,
                )
            )
        return buttons


class PriceHistoryView(ScopedInspectView):
    """What a price was, is and will be: who entered it, who approved it, and when."""

    template_name = "ims_wagtail/backoffice/prices/history.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        changes = self.object.changes.select_related("price", "entered_by", "approved_by")
        mine = funds_for(user, "ims_funds.view_paymenttype")
        charged = Q(price=self.object) | Q(pk__in=self.object.laid_out_by.values("pk"))
        return {
            **super().get_context_data(**kwargs),
            "price": self.object,
            "changes": standing(changes.order_by("-starts"), user=user, today=accounting_date()),
            "payment_types": PaymentType.objects.filter(charged, fund__in=mine).order_by("name"),
            "may_enter": user.has_perm("ims_funds.add_pricechange"),
        }


class PriceViewSet(SetupViewSet):
    """Fees and charges. They belong to no fund: a payment type brings price and fund together."""

    model = Price
    name = "prices"
    icon = "pound-sign"
    menu_order = 25
    ordering = "code"
    index_view_class = PriceIndexView
    inspect_view_class = PriceHistoryView
    list_display = [
        TitleColumn(
            "code",
            label=gettext_lazy("Code"),
            sort_key="code",
            get_url=lambda price: reverse("ims_prices:inspect", args=[price.pk]),
        ),
        Column("name", label=gettext_lazy("Name"), sort_key="name"),
        MoneyColumn("today", label=gettext_lazy("Today"), accessor=price_today),
        Column("next", label=gettext_lazy("Next"), accessor=next_price),
        Column("waiting", label=gettext_lazy("Waiting for approval"), accessor=waiting),
        BooleanColumn("enabled", label=gettext_lazy("Enabled")),
    ]
    form_fields = ["code", "name", "enabled"]
    inspect_view_fields = form_fields

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("waiting/", WaitingView.as_view(), name="waiting"),
            path("upload/", UploadView.as_view(), name="upload"),
            path("new-price/<int:pk>/", ProposeView.as_view(), name="propose"),
        ]

    def get_permissions_to_register(self) -> QuerySet[Permission]:
        """Offer entering and approving too."""
        changes = ContentType.objects.get_for_model(PriceChange)
        prices = super().get_permissions_to_register()
        return Permission.objects.filter(Q(pk__in=prices.values("pk")) | Q(content_type=changes))
