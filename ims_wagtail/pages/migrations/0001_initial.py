import django.db.models.deletion
import swapper
import wagtail.fields
from django.db import migrations, models
from wagtail.images import get_image_model_string


swapper.set_app_prefix("wagtailcore", "wagtail")

#: A site may use an image model of its own.
IMAGE_MODEL = get_image_model_string()


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("ims_funds", "0001_initial"),
        # The oldest state these tables need, so that a newer Wagtail changes nothing here.
        ("wagtailcore", "0094_alter_page_locale"),
        migrations.swappable_dependency(IMAGE_MODEL),
    ]

    # A site with a base page of its own has none of these page types.
    operations = (
        []
        if swapper.is_swapped("wagtailcore", "Page")
        else [
            migrations.CreateModel(
                name="PaymentIndexPage",
                fields=[
                    (
                        "page_ptr",
                        models.OneToOneField(
                            auto_created=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            parent_link=True,
                            primary_key=True,
                            serialize=False,
                            to=swapper.get_model_name("wagtailcore", "Page"),
                        ),
                    ),
                    (
                        "introduction",
                        wagtail.fields.RichTextField(blank=True, verbose_name="introduction"),
                    ),
                ],
                options={
                    "verbose_name": "list of payment pages",
                    "verbose_name_plural": "lists of payment pages",
                },
                bases=("wagtailcore.page",),
            ),
            migrations.CreateModel(
                name="PaymentPage",
                fields=[
                    (
                        "page_ptr",
                        models.OneToOneField(
                            auto_created=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            parent_link=True,
                            primary_key=True,
                            serialize=False,
                            to=swapper.get_model_name("wagtailcore", "Page"),
                        ),
                    ),
                    (
                        "introduction",
                        wagtail.fields.RichTextField(
                            blank=True,
                            help_text="What the payment is for, and what people need before they start",
                            verbose_name="introduction",
                        ),
                    ),
                    (
                        "reference_help",
                        wagtail.fields.RichTextField(
                            blank=True,
                            help_text="Where people find their reference, such as “at the top of your bill”",
                            verbose_name="help with the reference",
                        ),
                    ),
                    (
                        "reference_image_alt",
                        models.CharField(
                            blank=True,
                            help_text="For people who can’t see it: “The reference is at the top right of the bill”",
                            max_length=250,
                            verbose_name="the picture in words",
                        ),
                    ),
                    (
                        "questions",
                        wagtail.fields.StreamField(
                            [
                                ("short_text", 3),
                                ("long_text", 3),
                                ("choice", 6),
                                ("yes_no", 3),
                                ("date", 3),
                            ],
                            blank=True,
                            block_lookup={
                                0: (
                                    "wagtail.blocks.CharBlock",
                                    (),
                                    {"label": "Question", "max_length": 150},
                                ),
                                1: (
                                    "wagtail.blocks.CharBlock",
                                    (),
                                    {"label": "Hint", "max_length": 250, "required": False},
                                ),
                                2: (
                                    "wagtail.blocks.BooleanBlock",
                                    (),
                                    {
                                        "default": True,
                                        "help_text": "Ask only for what the service needs",
                                        "label": "Must be answered",
                                        "required": False,
                                    },
                                ),
                                3: (
                                    "wagtail.blocks.StructBlock",
                                    [[("label", 0), ("hint", 1), ("required", 2)]],
                                    {},
                                ),
                                4: (
                                    "wagtail.blocks.CharBlock",
                                    (),
                                    {"label": "Choice", "max_length": 100},
                                ),
                                5: (
                                    "wagtail.blocks.ListBlock",
                                    (4,),
                                    {"label": "Choices", "max_num": 20, "min_num": 2},
                                ),
                                6: (
                                    "wagtail.blocks.StructBlock",
                                    [[("label", 0), ("hint", 1), ("required", 2), ("choices", 5)]],
                                    {},
                                ),
                            },
                            verbose_name="extra questions",
                        ),
                    ),
                    (
                        "confirmation",
                        wagtail.fields.RichTextField(
                            blank=True,
                            help_text="What happens next. Shown with the receipt once the money has been taken",
                            verbose_name="after paying",
                        ),
                    ),
                    (
                        "payment_type",
                        models.ForeignKey(
                            error_messages={"blank": "Choose what this page takes payments for"},
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="ims_funds.paymenttype",
                            verbose_name="payment type",
                        ),
                    ),
                    (
                        "reference_image",
                        models.ForeignKey(
                            blank=True,
                            help_text="Part of a bill or letter that shows where the reference stands",
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to=IMAGE_MODEL,
                            verbose_name="picture of the reference",
                        ),
                    ),
                ],
                options={
                    "verbose_name": "payment page",
                    "verbose_name_plural": "payment pages",
                },
                bases=("wagtailcore.page", models.Model),
            ),
        ]
    )
