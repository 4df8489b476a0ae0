"""The form of a merchant account, with what is paid through it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.forms import BaseInlineFormSet, ModelForm, inlineformset_factory
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.models import Site

from ims_wagtail.access import audit
from ims_wagtail.access.policy import funds_for
from ims_wagtail.funds.models import PaymentType

from .models import MerchantAccount, Route
from .providers.registry import installed_providers, provider_name


#: How many empty rows the table of routes ends with; more come with the next edit.
_EMPTY_ROWS = 3


def types_seen_by(user: Any) -> QuerySet[PaymentType]:
    """Return the payment types whose routes a person may see and change."""
    funds = funds_for(user, "ims_funds.view_paymenttype")
    return PaymentType.objects.filter(fund__in=funds.values("pk"))


def routes_seen_by(user: Any, account: Any) -> QuerySet[Route]:
    """Return what is paid through an account, as far as it is the person's business."""
    if account.pk is None:
        return Route.objects.none()
    seen = account.routes.filter(
        Q(payment_type=None) | Q(payment_type__in=types_seen_by(user).values("pk"))
    )
    return seen.select_related("payment_type", "site").order_by(
        "payment_type__name", "site__hostname", "channel", "pk"
    )


def written(account: MerchantAccount) -> list[str]:
    """Return what is paid through an account in words, for the audit log."""
    routes = account.routes.select_related("payment_type", "site")
    return sorted(str(route) for route in routes)


class RouteForm(ModelForm):
    """One thing that is paid through the account."""

    def __init__(
        self, *args: Any, types: QuerySet[PaymentType], with_sites: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if with_sites:
            site: Any = self.fields["site"]
            site.empty_label = _("Every site")
        else:
            del self.fields["site"]
        field: Any = self.fields["payment_type"]
        field.queryset = types.order_by("name")
        field.empty_label = _("Everything that no other account takes")
        # An empty row differs from “everything else, online” by its channel alone.
        channel: Any = self.fields["channel"]
        channel.required = False
        channel.initial = self.instance.channel if self.instance.pk else ""
        if not self.instance.pk:
            self.initial["channel"] = ""
        channel.choices = [("", _("Nothing")), *Route._meta.get_field("channel").flatchoices]

    def clean_channel(self) -> str:
        """Ask for the channel in a row that names something."""
        channel: str = self.cleaned_data["channel"]
        names_something = self.cleaned_data.get("payment_type") or self.cleaned_data.get("site")
        if not channel and (self.instance.pk or names_something):
            raise ValidationError(_("Say how it is taken, or choose “Remove”"))
        return channel

    def _get_validation_exclusions(self) -> set[str]:
        # Whether another account takes it is for the table: it may have to be taken over.
        return {*super()._get_validation_exclusions(), "channel"}  # type: ignore[misc]


class _Routes(BaseInlineFormSet):
    """What is paid through an account. Another account's part is taken over only when told to."""

    taking_over = False

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        wanted = self._wanted()
        if len(set(wanted)) < len(wanted):
            raise ValidationError(_("The same stands here twice: remove one."))
        self.taken_over = [
            route
            for route in Route.objects.exclude(account=self.instance.pk).select_related(
                "account", "payment_type", "site"
            )
            if (route.payment_type_id, route.site_id, route.channel) in wanted
        ]
        if self.taken_over and not self.taking_over:
            names = "; ".join(f"{route} ({route.account})" for route in self.taken_over)
            raise ValidationError(
                _(
                    "Another account takes this already: %(names)s. Tick “Take over” to have it "
                    "paid through this account from now on."
                ),
                params={"names": names},
            )

    def _wanted(self) -> list[tuple[int | None, int | None, str]]:
        found = []
        for form in self.forms:
            data = form.cleaned_data
            if not data or data.get("DELETE") or not data.get("channel"):
                continue
            payment_type, site = data.get("payment_type"), data.get("site")
            found.append(
                (
                    payment_type.pk if payment_type else None,
                    site.pk if site else None,
                    data["channel"],
                )
            )
        return found

    def save_to(self, account: MerchantAccount, *, by: Any) -> None:
        """Save the routes of an account that has just been saved.

        What is taken over changes hands at once: at no moment does nobody take it.
        """
        self.instance = account
        for other in {route.account for route in self.taken_over}:
            before = written(other)
            other.routes.filter(pk__in=[route.pk for route in self.taken_over]).delete()
            audit.record(
                user=by,
                action="change",
                obj=other,
                before={"routes": before},
                after={"routes": written(other)},
            )
        self.save()


RouteFormSet: Any = inlineformset_factory(
    MerchantAccount,
    Route,
    form=RouteForm,
    formset=_Routes,
    fields=["payment_type", "site", "channel"],
    extra=_EMPTY_ROWS,
    can_delete=True,
)


class MerchantAccountForm(WagtailAdminModelForm):
    """Saves an account together with its routes, or neither.

    Code and provider stay as they are once the account exists: payments made through it are known
    to that provider, and by that credential.
    """

    provider = forms.ChoiceField(label=_("Provider"))
    take_over = forms.BooleanField(
        label=_("Take over"),
        required=False,
        help_text=_("What another account takes is paid through this one from now on"),
    )

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(data, files, **kwargs)
        is_new = self.instance.pk is None
        self.fields["code"].help_text = _(
            "The name under which whoever runs the site keeps its key, such as “parking”. "
            "The key itself is never kept here."
        )
        for name in ("minimum_amount", "maximum_amount"):
            self.fields[name].help_text = _("In pounds")
        self.fields["code"].disabled = not is_new
        self.fields["provider"].disabled = not is_new
        own = self.instance.provider
        choices = installed_providers()
        if own and own not in dict(choices):
            choices.append((own, provider_name(own)))
        self.fields["provider"].choices = choices
        sent = data if data and "routes-TOTAL_FORMS" in data else None
        self.routes = RouteFormSet(
            sent,
            instance=self.instance,
            prefix="routes",
            queryset=routes_seen_by(self.for_user, self.instance),
            form_kwargs={
                "types": types_seen_by(self.for_user),
                # A council with one site is not asked for it.
                "with_sites": Site.objects.count() > 1,
            },
        )
        self.routes.taking_over = bool(data and data.get("take_over"))

    def is_valid(self) -> bool:
        # Both are looked at, so that all mistakes are shown at once.
        return all([super().is_valid(), not self.routes.is_bound or self.routes.is_valid()])

    def has_changed(self) -> bool:
        return super().has_changed() or (self.routes.is_bound and self.routes.has_changed())

    def save(self, commit: bool = True) -> Any:
        saved = super().save(commit)
        if self.routes.is_bound:
            self.routes.save_to(saved, by=self.for_user)
        return saved
