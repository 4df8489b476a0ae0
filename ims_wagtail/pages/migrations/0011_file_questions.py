import swapper
import wagtail.fields
from django.db import migrations


swapper.set_app_prefix("wagtailcore", "wagtail")


class Migration(migrations.Migration):
    dependencies = [
        ("ims_pages", "0010_feedback"),
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
                        ("step", 1),
                        ("short_text", 8),
                        ("long_text", 8),
                        ("choice", 11),
                        ("yes_no", 8),
                        ("number", 14),
                        ("date", 8),
                        ("telephone", 8),
                        ("email", 8),
                        ("postcode", 8),
                        ("address", 8),
                        ("file", 17),
                        ("declaration", 19),
                    ],
                    blank=True,
                    block_lookup={
                        0: (
                            "wagtail.blocks.CharBlock",
                            (),
                            {
                                "help_text": "Such as “About you” or “Your bins”",
                                "label": "Heading",
                                "max_length": 100,
                            },
                        ),
                        1: ("wagtail.blocks.StructBlock", [[("heading", 0)]], {}),
                        2: (
                            "wagtail.blocks.CharBlock",
                            (),
                            {"label": "Question", "max_length": 150},
                        ),
                        3: (
                            "wagtail.blocks.CharBlock",
                            (),
                            {"label": "Hint", "max_length": 250, "required": False},
                        ),
                        4: (
                            "wagtail.blocks.BooleanBlock",
                            (),
                            {
                                "default": True,
                                "help_text": "Ask only for what the service needs",
                                "label": "Must be answered",
                                "required": False,
                            },
                        ),
                        5: (
                            "wagtail.blocks.CharBlock",
                            (),
                            {
                                "help_text": "A choice or yes-or-no question above this one, in the same words",
                                "label": "Earlier question",
                                "max_length": 150,
                                "required": False,
                            },
                        ),
                        6: (
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
                        7: ("wagtail.blocks.StructBlock", [[("question", 5), ("answers", 6)]], {}),
                        8: (
                            "wagtail.blocks.StructBlock",
                            [[("label", 2), ("hint", 3), ("required", 4), ("only_when", 7)]],
                            {},
                        ),
                        9: ("wagtail.blocks.CharBlock", (), {"label": "Choice", "max_length": 100}),
                        10: (
                            "wagtail.blocks.ListBlock",
                            (9,),
                            {"label": "Choices", "max_num": 20, "min_num": 2},
                        ),
                        11: (
                            "wagtail.blocks.StructBlock",
                            [
                                [
                                    ("label", 2),
                                    ("hint", 3),
                                    ("required", 4),
                                    ("only_when", 7),
                                    ("choices", 10),
                                ]
                            ],
                            {},
                        ),
                        12: (
                            "wagtail.blocks.IntegerBlock",
                            (),
                            {
                                "default": 0,
                                "label": "Smallest number",
                                "max_value": 9999,
                                "min_value": 0,
                            },
                        ),
                        13: (
                            "wagtail.blocks.IntegerBlock",
                            (),
                            {"label": "Biggest number", "max_value": 9999, "min_value": 0},
                        ),
                        14: (
                            "wagtail.blocks.StructBlock",
                            [
                                [
                                    ("label", 2),
                                    ("hint", 3),
                                    ("required", 4),
                                    ("only_when", 7),
                                    ("least", 12),
                                    ("most", 13),
                                ]
                            ],
                            {},
                        ),
                        15: (
                            "wagtail.blocks.MultipleChoiceBlock",
                            [],
                            {
                                "choices": [
                                    ("pdf", "PDF"),
                                    ("picture", "photo or picture (JPEG, PNG or HEIC)"),
                                    ("document", "Word or OpenDocument text"),
                                ],
                                "label": "Kinds of files",
                            },
                        ),
                        16: (
                            "wagtail.blocks.IntegerBlock",
                            (),
                            {"default": 5, "label": "Biggest size, in megabytes", "min_value": 1},
                        ),
                        17: (
                            "wagtail.blocks.StructBlock",
                            [
                                [
                                    ("label", 2),
                                    ("hint", 3),
                                    ("required", 4),
                                    ("only_when", 7),
                                    ("types", 15),
                                    ("megabytes", 16),
                                ]
                            ],
                            {},
                        ),
                        18: (
                            "wagtail.blocks.CharBlock",
                            (),
                            {
                                "help_text": "Such as “I have read the terms of the garden waste service”",
                                "label": "Statement",
                                "max_length": 150,
                            },
                        ),
                        19: (
                            "wagtail.blocks.StructBlock",
                            [[("label", 18), ("hint", 3), ("only_when", 7)]],
                            {},
                        ),
                    },
                    verbose_name="extra questions",
                ),
            ),
        ]
    )
