"""A page that takes payments, as a mixin, so that a site with its own base page can have one.

The page holds the words; finance staff own the payment type, and with it fund, VAT, price and the
rule of a valid reference. The page never stores money and never talks to a payment provider: it
puts a line in the basket and the checkout takes over, so that moving, renaming or unpublishing the
page disturbs nobody who is already paying.
"""

from http import HTTPMethod
from typing import TYPE_CHECKING, Any

from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model_string
from wagtail.models import Revision
from wagtail.rich_text import expand_db_html
from wagtail.search import index

from ims_wagtail.access.filters import NativeMomentInput
from ims_wagtail.checkout.entry import handle_entry
from ims_wagtail.checkout.page_facts import PageFacts
from ims_wagtail.checkout.requests.applications.filling_in import handle_application
from ims_wagtail.clock import accounting_date
from ims_wagtail.funds.models import PaymentType
from ims_wagtail.funds.selectors import payable_types
from ims_wagtail.ui.languages import remember_language

from . import previews
from .amount_blocks import AmountBlock
from .amount_panel import AmountPanel
from .amounts import layout_from
from .archive.models import ArchivedPage
from .blocks import QuestionsBlock
from .forms import PayablePageForm
from .headless import describe
from .languages import read_page_in
from .opening import why_closed
from .panels import PaymentSetupPanel
from .questions import questions_from
from .ready import may_publish
from .signed_off import check_signed_off
from .sites import site_id_of
from .slugs import refuse_taken_slug
from .text import summary_of
from .translations import fields_for_localize


if TYPE_CHECKING:
    # What it is mixed into; at run time a second page parent would be one too many.
    from wagtail.models import AbstractPage as _PageParts
else:
    _PageParts = models.Model

#: Few enough that pasted text keeps to the look of the site.
TEXT_FEATURES = ("h2", "h3", "bold", "link", "document-link", "ol", "ul")


class PayablePageMixin(_PageParts):
    """Fields, form and previews of a page on which residents pay for one thing.

    A site with its own base page writes::

        class OurPaymentPage(PayablePageMixin, OurBasePage):
            template = "ims_wagtail/pages/payment_page.html"
            content_panels = [*OurBasePage.content_panels, *PayablePageMixin.payable_panels]
    """

    payment_type = models.ForeignKey(
        PaymentType,
        models.PROTECT,
        # A draft may leave it open; a live page may not, hence no ``blank=True``.
        null=True,
        related_name="+",
        verbose_name=_("payment type"),
        error_messages={"blank": _("Choose what this page takes payments for")},
    )
    introduction = RichTextField(
        _("introduction"),
        blank=True,
        features=TEXT_FEATURES,
        help_text=_("What the payment is for, and what people need before they start"),
    )
    reference_help = RichTextField(
        _("help with the reference"),
        blank=True,
        features=TEXT_FEATURES,
        help_text=_("Where people find their reference, such as “at the top of your bill”"),
    )
    reference_image = models.ForeignKey(
        get_image_model_string(),
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture of the reference"),
        help_text=_("Part of a bill or letter that shows where the reference stands"),
    )
    reference_image_alt = models.CharField(
        _("the picture in words"),
        max_length=250,
        blank=True,
        help_text=_("For people who can’t see it: “The reference is at the top right of the bill”"),
    )
    amount = StreamField(
        AmountBlock(),
        blank=True,
        verbose_name=_("amount"),
        help_text=_(
            "Where finance leaves it to the page: a price list or rules from finance’s prices, or "
            "suggestions for a donation. Otherwise leave it empty"
        ),
    )
    looked_at_first = models.BooleanField(
        _("an officer looks at it before people pay"),
        default=False,
        help_text=_(
            "People send an application. Once an officer has approved it they get a link to pay "
            "by. Ask for an email address"
        ),
    )
    questions = StreamField(QuestionsBlock(), blank=True, verbose_name=_("extra questions"))
    answer_days = models.PositiveSmallIntegerField(
        _("days to keep answers"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "After the payment; then answers are erased, and the payment stays. Empty: as long as "
            "the site keeps answers"
        ),
    )
    confirmation = RichTextField(
        _("after paying"),
        blank=True,
        features=TEXT_FEATURES,
        help_text=_("What happens next. Shown with the receipt once the money has been taken"),
    )
    asks_feedback = models.BooleanField(
        _("ask how easy it was"),
        default=False,
        help_text=_("Once paid, people may answer one question. Nobody has to"),
    )

    opens_at = models.DateTimeField(
        _("opens"), null=True, blank=True, help_text=_("Before that the page says from when")
    )
    closes_at = models.DateTimeField(
        _("closes"),
        null=True,
        blank=True,
        help_text=_("From then on the page says so. Who is paying already can go on"),
    )
    paused = models.BooleanField(
        _("paused"),
        default=False,
        help_text=_("Tick it and publish: nobody can begin to pay until you take the tick away"),
    )
    closed_words = RichTextField(
        _("while closed"),
        blank=True,
        features=TEXT_FEATURES,
        help_text=_("What to do instead, shown while the page is paused, not open yet or closed"),
    )

    payable_panels = [
        FieldPanel("introduction"),
        MultiFieldPanel(
            [FieldPanel("payment_type"), PaymentSetupPanel()], heading=_("What is paid for")
        ),
        MultiFieldPanel(
            [
                FieldPanel("reference_help", heading=_("Where people find it")),
                FieldPanel("reference_image"),
                FieldPanel("reference_image_alt"),
            ],
            heading=_("Help with the reference"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("amount", heading=_("How it is laid out")),
                AmountPanel(),
                FieldPanel("looked_at_first"),
            ],
            heading=_("Amount"),
        ),
        MultiFieldPanel(
            [FieldPanel("questions", heading=_("Questions")), FieldPanel("answer_days")],
            heading=_("Extra questions"),
        ),
        MultiFieldPanel(
            [
                FieldPanel(
                    "confirmation",
                    heading=_("What happens next"),
                    help_text=_("Shown with the receipt once the money has been taken"),
                ),
                FieldPanel("asks_feedback"),
            ],
            heading=_("After paying"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("paused"),
                FieldPanel("opens_at", widget=NativeMomentInput),
                FieldPanel("closes_at", widget=NativeMomentInput),
                FieldPanel("closed_words"),
            ],
            heading=_("When people can pay"),
        ),
    ]
    payable_api_fields = ["introduction", "reference_help", "payable"]
    override_translatable_fields = fields_for_localize()
    payable_search_fields = [index.SearchField("introduction")]

    base_form_class = PayablePageForm
    allowed_http_methods = [HTTPMethod.GET, HTTPMethod.HEAD, HTTPMethod.OPTIONS, HTTPMethod.POST]

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse an address at which the page could not be reached."""
        super().clean()
        refuse_taken_slug(slug=self.slug, parent=self.get_parent())

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> Any:
        """Publish a version. Raises ``PermissionDenied`` when finance has yet to sign it off.

        Raises ``NotReady``, which is one too, when a check stops it.
        """
        check_signed_off(page=self, revision=revision)
        if may_publish(revision):
            ArchivedPage.objects.filter(page_id=self.pk).delete()
            return super().publish(revision, *args, **kwargs)
        return None

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; take what was filled in to the basket.

        What is for sale, and for how much, is read from the payment type now, never from the form.
        """
        request.is_preview = False  # type: ignore[attr-defined]
        read_page_in(request, self)
        response = self._entry(request)
        patch_cache_control(response, private=True, no_store=True)
        return response

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """What Wagtail's preview panel offers: every step, in every language of the site."""
        return previews.modes(self)

    @property
    def default_preview_mode(self) -> str:
        """The first of them, without making the list: Wagtail asks once for every entry of it."""
        return previews.FORM

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show one step as residents will see it, without touching a basket or setting a cookie."""
        return previews.render(page=self, request=request, mode=mode_name)

    @property
    def summary(self) -> str:
        """One plain line about this page, for lists of services."""
        return summary_of(
            # A base page of a site's own need not have it.
            search_description=getattr(self, "search_description", ""),
            introduction=self.introduction,
        )

    @property
    def payable(self) -> dict[str, Any]:
        """What can be paid here now, for a front end that reads it from Wagtail's API."""
        return describe(self, payment_type=self._open_payment_type())

    def facts(self) -> PageFacts:
        """Return what a basket line remembers of this page as it stands now."""
        return PageFacts(
            id=self.pk,
            title=self.title,
            services_url=self.services_url,
            confirmation=expand_db_html(self.confirmation),
            answer_days=self.answer_days,
            site_id=site_id_of(self),
        )

    @property
    def services_url(self) -> str:
        """Where to find more to pay for: the path of the page above this one."""
        parent = self.get_parent()
        parts = parent.get_url_parts() if parent is not None else None
        return parts[2] if parts and parts[2] else "/"

    def _entry(self, request: HttpRequest) -> HttpResponse:
        closed = why_closed(self, at=timezone.now())
        payment_type = None if closed else self._open_payment_type()
        form = entered = None
        if payment_type is not None:
            questions = questions_from(self.questions)
            handle = handle_application if self.looked_at_first else handle_entry
            entered = handle(
                request,
                payment_type=payment_type,
                page=self.facts(),
                questions=questions,
                amount=layout_from(self.amount, questions),
            )
            if entered.response is not None:
                remember_language(request, entered.response)
                return entered.response
            form = entered.form
        context = self.get_context(request)
        context.update(form=form, payment_type=payment_type, closed=closed)
        response = TemplateResponse(request, self.get_template(request), context)
        return entered.remember(response) if entered else response

    def _open_payment_type(self) -> PaymentType | None:
        if self.payment_type_id is None:
            return None
        return payable_types(accounting_date()).filter(pk=self.payment_type_id).first()
