import swapper
import wagtail.fields
from django.db import migrations


swapper.set_app_prefix("wagtailcore", "wagtail")


class Migration(migrations.Migration):
    dependencies = [
        ("ims_pages", "0005_number_questions"),
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
                        ("short_text", 6),
                        ("long_text", 6),
                        ("choice", 9),
                        ("yes_no", 6),
                        ("number", 12),
                        ("date", 6),
                        ("telephone", 6),
                        ("email", 6),
                        ("postcode", 6),
                        ("address", 6),
                        ("declaration", 14),
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
                            "wagtail.blocks.CharBlock",
                            (),
                            {
                                "help_text": "A choice or yes-or-no question above this one, in the same words",
                                "label": "Earlier question",
                                "max_length": 150,
                                "required": False,
                            },
                        ),
                        4: (
                            "wagtail.blocks.TextBlock",
                            (),
                            {
                                "help_text": "One answer on each line, such as “Yes”",
                                "label": "Answered with",
                                "max_length": 2020,
                                "required": False,
                                "rows": 2,
                            },
                        ),
                        5: ("wagtail.blocks.StructBlock", [[("question", 3), ("answers", 4)]], {}),
                        6: (
                            "wagtail.blocks.StructBlock",
                            [[("label", 0), ("hint", 1), ("required", 2), ("only_when", 5)]],
                            {},
                        ),
                        7: ("wagtail.blocks.CharBlock", (), {"label": "Choice", "max_length": 100}),
                        8: (
                            "wagtail.blocks.ListBlock",
                            (7,),
                            {"label": "Choices", "max_num": 20, "min_num": 2},
                        ),
                        9: (
                            "wagtail.blocks.StructBlock",
                            [
                                [
                                    ("label", 0),
                                    ("hint", 1),
                                    ("required", 2),
                                    ("only_when", 5),
                                    ("choices", 8),
                                ]
                            ],
                            {},
                        ),
                        10: (
                            "wagtail.blocks.IntegerBlock",
                            (),
                            {
                                "default": 0,
                                "label": "Smallest number",
                                "max_value": 9999,
                                "min_value": 0,
                            },
                        ),
                        11: (
                            "wagtail.blocks.IntegerBlock",
                            (),
                            {"label": "Biggest number", "max_value": 9999, "min_value": 0},
                        ),
                        12: (
                            "wagtail.blocks.StructBlock",
                            [
                                [
                                    ("label", 0),
                                    ("hint", 1),
                                    ("required", 2),
                                    ("only_when", 5),
                                    ("least", 10),
                                    ("most", 11),
                                ]
                            ],
                            {},
                        ),
                        13: (
                            "wagtail.blocks.CharBlock",
                            (),
                            {
                                "help_text": "Such as “I have read the terms of the garden waste service”",
                                "label": "Statement",
                                "max_length": 150,
                            },
                        ),
                        14: (
                            "wagtail.blocks.StructBlock",
                            [[("label", 13), ("hint", 1), ("only_when", 5)]],
                            {},
                        ),
                    },
                    verbose_name="extra questions",
                ),
            ),
        ]
    )
