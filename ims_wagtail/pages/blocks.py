"""The extra questions an editor may put on a payment page, one block for each kind.

Migrations name the parts of these blocks, and answers are kept under the id of their block, so a
block may gain an option but is never renamed.
"""

from collections import Counter

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructValue

from ims_wagtail.checkout.enums import FileType
from ims_wagtail.checkout.questions import DEFAULT_MEGABYTES, MOST_NUMBER
from ims_wagtail.conf import ims_settings

from .conditions import condition_problems
from .headings import step_problems


#: Headings of steps among them.
MOST_QUESTIONS = 25
MOST_CHOICES = 20


class OnlyWhenBlock(blocks.StructBlock):
    """On which answer to an earlier question it depends whether a question is asked."""

    question = blocks.CharBlock(
        label=_("Earlier question"),
        help_text=_("A choice or yes-or-no question above this one, in the same words"),
        max_length=150,
        required=False,
    )
    answers = blocks.TextBlock(
        label=_("Answered with"),
        help_text=_("One answer on each line, such as “Yes”"),
        max_length=MOST_CHOICES * 101,
        required=False,
        rows=2,
    )

    class Meta:
        label = _("Ask only when")
        # It begins folded: the icon says that there is more under it.
        icon = "collapse-down"
        collapsed = True
        label_format = "{question}"


class QuestionBlock(blocks.StructBlock):
    """What every question has."""

    label = blocks.CharBlock(label=_("Question"), max_length=150)
    hint = blocks.CharBlock(label=_("Hint"), max_length=250, required=False)
    required = blocks.BooleanBlock(
        label=_("Must be answered"),
        help_text=_("Ask only for what the service needs"),
        required=False,
        default=True,
    )
    only_when = OnlyWhenBlock()


class ShortTextBlock(QuestionBlock):
    """One line of text."""

    class Meta:
        label = _("Short answer")
        icon = "pilcrow"
        label_format = "{label}"


class LongTextBlock(QuestionBlock):
    """Several lines of text."""

    class Meta:
        label = _("Long answer")
        icon = "doc-full"
        label_format = "{label}"


class ChoiceBlock(QuestionBlock):
    """One answer out of a list."""

    choices = blocks.ListBlock(
        blocks.CharBlock(label=_("Choice"), max_length=100),
        label=_("Choices"),
        min_num=2,
        max_num=MOST_CHOICES,
    )

    class Meta:
        label = _("Choice")
        icon = "list-ul"
        label_format = "{label}"

    def clean(self, value: StructValue) -> StructValue:
        """Refuse two answers alike: once given, nobody could tell them apart."""
        cleaned = super().clean(value)
        said = Counter(choice.strip().casefold() for choice in cleaned["choices"] if choice)
        if any(count > 1 for count in said.values()):
            twice = ValidationError(gettext("Each choice may be in the list only once"))
            raise blocks.StructBlockValidationError(block_errors={"choices": twice})
        return cleaned


class YesNoBlock(QuestionBlock):
    """Yes or no."""

    class Meta:
        label = _("Yes or no")
        icon = "check"
        label_format = "{label}"


class NumberBlock(QuestionBlock):
    """A whole number, such as how many bins."""

    least = blocks.IntegerBlock(
        label=_("Smallest number"), min_value=0, max_value=MOST_NUMBER, default=0
    )
    most = blocks.IntegerBlock(label=_("Biggest number"), min_value=0, max_value=MOST_NUMBER)

    class Meta:
        label = _("Number")
        icon = "decimal"
        label_format = "{label}"

    def clean(self, value: StructValue) -> StructValue:
        """Refuse bounds between which there is nothing."""
        cleaned = super().clean(value)
        if None not in (cleaned["least"], cleaned["most"]) and cleaned["least"] > cleaned["most"]:
            upside_down = ValidationError(gettext("The biggest number is below the smallest"))
            raise blocks.StructBlockValidationError(block_errors={"most": upside_down})
        return cleaned


class DateBlock(QuestionBlock):
    """A day."""

    class Meta:
        label = _("Date")
        icon = "date"
        label_format = "{label}"


class TelephoneBlock(QuestionBlock):
    """A telephone number."""

    class Meta:
        label = _("Telephone number")
        icon = "mobile-alt"
        label_format = "{label}"


class EmailBlock(QuestionBlock):
    """An e-mail address."""

    class Meta:
        label = _("Email address")
        icon = "mail"
        label_format = "{label}"


class PostcodeBlock(QuestionBlock):
    """A postcode."""

    class Meta:
        label = _("Postcode")
        icon = "globe"
        label_format = "{label}"


class AddressBlock(QuestionBlock):
    """An address, as it stands on an envelope."""

    class Meta:
        label = _("Address")
        icon = "home"
        label_format = "{label}"


class FileBlock(QuestionBlock):
    """A file, such as a photo or a letter."""

    types = blocks.MultipleChoiceBlock(
        label=_("Kinds of files"),
        choices=FileType.choices,
        default=[FileType.PDF.value, FileType.PICTURE.value],
        widget=forms.CheckboxSelectMultiple,
    )
    megabytes = blocks.IntegerBlock(
        label=_("Biggest size, in megabytes"), min_value=1, default=DEFAULT_MEGABYTES
    )

    class Meta:
        label = _("File")
        icon = "upload"
        label_format = "{label}"

    def clean(self, value: StructValue) -> StructValue:
        """Refuse what is more than the site takes."""
        cleaned = super().clean(value)
        most = ims_settings().answer_file_megabytes
        if (cleaned["megabytes"] or 0) > most:
            too_big = ValidationError(
                gettext("This site takes files of at most %(most)d megabytes") % {"most": most}
            )
            raise blocks.StructBlockValidationError(block_errors={"megabytes": too_big})
        return cleaned


class DeclarationBlock(blocks.StructBlock):
    """A statement that has to be agreed to before paying."""

    label = blocks.CharBlock(
        label=_("Statement"),
        max_length=150,
        help_text=_("Such as “I have read the terms of the garden waste service”"),
    )
    hint = blocks.CharBlock(label=_("Hint"), max_length=250, required=False)
    only_when = OnlyWhenBlock()

    class Meta:
        label = _("Declaration")
        icon = "tick"
        label_format = "{label}"


class StepBlock(blocks.StructBlock):
    """Begins another step: what stands below is asked on a page of its own."""

    heading = blocks.CharBlock(
        label=_("Heading"), max_length=100, help_text=_("Such as “About you” or “Your bins”")
    )

    class Meta:
        label = _("New step")
        icon = "arrow-right"
        label_format = "{heading}"


class QuestionsBlock(blocks.StreamBlock):
    """All questions of a page, in the order they are asked."""

    step = StepBlock()
    short_text = ShortTextBlock()
    long_text = LongTextBlock()
    choice = ChoiceBlock()
    yes_no = YesNoBlock()
    number = NumberBlock()
    date = DateBlock()
    telephone = TelephoneBlock()
    email = EmailBlock()
    postcode = PostcodeBlock()
    address = AddressBlock()
    file = FileBlock()
    declaration = DeclarationBlock()

    class Meta:
        required = False
        max_num = MOST_QUESTIONS

    def clean(self, value: blocks.StreamValue) -> blocks.StreamValue:
        """Refuse conditions that can never be met and steps without questions, but in a draft."""
        cleaned = super().clean(value)
        if self.is_deferred_validation:
            return cleaned
        wrong = {place: ("only_when", said) for place, said in condition_problems(cleaned).items()}
        wrong |= {place: ("heading", said) for place, said in step_problems(cleaned).items()}
        if wrong:
            raise blocks.StreamBlockValidationError(
                block_errors={
                    place: blocks.StructBlockValidationError(
                        block_errors={part: ValidationError(said)}
                    )
                    for place, (part, said) in wrong.items()
                }
            )
        return cleaned
