import swapper
import wagtail.fields
from django.db import migrations


swapper.set_app_prefix("wagtailcore", "wagtail")


class Migration(migrations.Migration):
    dependencies = [
        ("ims_pages", "0004_finance_sign_off"),
    ]

    # A site with a base page of its own has none of these page types.
    operations = (
        []
        if swapper.is_swapped("wagtailcore", "Page")
        else [
            migrations.AlterField(
                model_name="paymentpage",
                name="questions",
                field=wagtail.fields.StreamField(
                    [
                        ("short_text", 3),
                        ("long_text", 3),
                        ("choice", 6),
                        ("yes_no", 3),
                        ("number", 9),
                        ("date", 3),
                        ("telephone", 3),
                        ("email", 3),
                        ("postcode", 3),
                        ("address", 3),
                        ("declaration", 11),
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
                        4: ("wagtail.blocks.CharBlock", (), {"label": "Choice", "max_length": 100}),
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
                        7: (
                            "wagtail.blocks.IntegerBlock",
                            (),
                            {
                                "default": 0,
                                "label": "Smallest number",
                                "max_value": 9999,
                                "min_value": 0,
                            },
                        ),
                        8: (
                            "wagtail.blocks.IntegerBlock",
                            (),
                            {"label": "Biggest number", "max_value": 9999, "min_value": 0},
                        ),
                        9: (
                            "wagtail.blocks.StructBlock",
                            [
                                [
                                    ("label", 0),
                                    ("hint", 1),
                                    ("required", 2),
                                    ("least", 7),
                                    ("most", 8),
                                ]
                            ],
                            {},
                        ),
                        10: (
                            "wagtail.blocks.CharBlock",
                            (),
                            {
                                "help_text": "Such as “I have read the terms of the garden waste service”",
                                "label": "Statement",
                                "max_length": 150,
                            },
                        ),
                        11: ("wagtail.blocks.StructBlock", [[("label", 10), ("hint", 1)]], {}),
                    },
                    verbose_name="extra questions",
                ),
            ),
        ]
    )
