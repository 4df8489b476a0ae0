from decimal import Decimal

import swapper
import wagtail.fields
from django.db import migrations


swapper.set_app_prefix("wagtailcore", "wagtail")


class Migration(migrations.Migration):
    dependencies = [
        ("ims_pages", "0006_conditional_questions"),
    ]

    # A site with a base page of its own has none of these page types.
    operations = (
        []
        if swapper.is_swapped("wagtailcore", "Page")
        else [
            migrations.AddField(
                model_name="paymentpage",
                name="amount",
                field=wagtail.fields.StreamField(
                    [("price_list", 8), ("rules", 28), ("suggestions", 31)],
                    blank=True,
                    block_lookup={
                        0: (
                            "wagtail.blocks.BooleanBlock",
                            (),
                            {
                                "help_text": "Otherwise they say how many they want of each",
                                "label": "People choose one of them",
                                "required": False,
                            },
                        ),
                        1: (
                            "wagtail.blocks.CharBlock",
                            (),
                            {"label": "What it is", "max_length": 100},
                        ),
                        2: (
                            "wagtail.blocks.CharBlock",
                            (),
                            {"label": "Hint", "max_length": 250, "required": False},
                        ),
                        3: ("ims_wagtail.pages.amount_blocks.PriceBlock", (), {"label": "Price"}),
                        4: (
                            "ims_wagtail.pages.amount_blocks.PriceBlock",
                            (),
                            {
                                "help_text": "Leave it empty where each costs the same",
                                "label": "Price of each further one",
                                "required": False,
                            },
                        ),
                        5: (
                            "wagtail.blocks.IntegerBlock",
                            (),
                            {
                                "default": 1,
                                "label": "Most of it in one go",
                                "max_value": 99,
                                "min_value": 1,
                            },
                        ),
                        6: (
                            "wagtail.blocks.StructBlock",
                            [
                                [
                                    ("label", 1),
                                    ("hint", 2),
                                    ("price", 3),
                                    ("further", 4),
                                    ("most", 5),
                                ]
                            ],
                            {},
                        ),
                        7: (
                            "wagtail.blocks.ListBlock",
                            (6,),
                            {"label": "Price list", "max_num": 20, "min_num": 1},
                        ),
                        8: ("wagtail.blocks.StructBlock", [[("only_one", 0), ("lines", 7)]], {}),
                        9: (
                            "wagtail.blocks.CharBlock",
                            (),
                            {
                                "help_text": "A number question that says how many, in the same words; empty for one",
                                "label": "Times the answer to",
                                "max_length": 150,
                                "required": False,
                            },
                        ),
                        10: (
                            "wagtail.blocks.CharBlock",
                            (),
                            {
                                "help_text": "A choice, yes-or-no or number question of this page, in the same words",
                                "label": "If",
                                "max_length": 150,
                            },
                        ),
                        11: (
                            "wagtail.blocks.CharBlock",
                            (),
                            {
                                "help_text": "Such as “Yes”; leave it empty for a number",
                                "label": "is answered with",
                                "max_length": 100,
                                "required": False,
                            },
                        ),
                        12: (
                            "wagtail.blocks.IntegerBlock",
                            (),
                            {
                                "label": "or is a number from",
                                "max_value": 9999,
                                "min_value": 0,
                                "required": False,
                            },
                        ),
                        13: (
                            "wagtail.blocks.IntegerBlock",
                            (),
                            {
                                "label": "up to",
                                "max_value": 9999,
                                "min_value": 0,
                                "required": False,
                            },
                        ),
                        14: (
                            "wagtail.blocks.StructBlock",
                            [[("question", 10), ("answer", 11), ("least", 12), ("most", 13)]],
                            {},
                        ),
                        15: (
                            "wagtail.blocks.ListBlock",
                            (14,),
                            {
                                "default": [],
                                "help_text": "None in the last rule: it is for everybody else",
                                "label": "If all of these hold",
                                "max_num": 5,
                            },
                        ),
                        16: (
                            "ims_wagtail.pages.amount_blocks.PriceBlock",
                            (),
                            {"label": "then it costs"},
                        ),
                        17: (
                            "ims_wagtail.pages.amount_blocks.PriceBlock",
                            (),
                            {
                                "help_text": "Leave it empty where each costs the same",
                                "label": "and each further one",
                                "required": False,
                            },
                        ),
                        18: (
                            "wagtail.blocks.StructBlock",
                            [[("tests", 15), ("price", 16), ("further", 17)]],
                            {},
                        ),
                        19: (
                            "wagtail.blocks.ListBlock",
                            (18,),
                            {
                                "help_text": "Looked at from the first to the last: the first that holds counts",
                                "label": "Rules",
                                "max_num": 30,
                                "min_num": 1,
                            },
                        ),
                        20: (
                            "wagtail.blocks.CharBlock",
                            (),
                            {
                                "help_text": "Such as “2 bins, concession”",
                                "label": "Case",
                                "max_length": 100,
                            },
                        ),
                        21: (
                            "wagtail.blocks.CharBlock",
                            (),
                            {"label": "Question", "max_length": 150},
                        ),
                        22: (
                            "wagtail.blocks.CharBlock",
                            (),
                            {"label": "Answer", "max_length": 100},
                        ),
                        23: (
                            "wagtail.blocks.StructBlock",
                            [[("question", 21), ("answer", 22)]],
                            {},
                        ),
                        24: (
                            "wagtail.blocks.ListBlock",
                            (23,),
                            {"default": [], "label": "Answers"},
                        ),
                        25: (
                            "wagtail.blocks.DecimalBlock",
                            (),
                            {
                                "decimal_places": 2,
                                "label": "comes to, in pounds",
                                "max_digits": 9,
                                "min_value": Decimal("0.01"),
                            },
                        ),
                        26: (
                            "wagtail.blocks.StructBlock",
                            [[("name", 20), ("answers", 24), ("amount", 25)]],
                            {},
                        ),
                        27: (
                            "wagtail.blocks.ListBlock",
                            (26,),
                            {
                                "help_text": "All of them must come out right before the page is published",
                                "label": "Examples",
                                "max_num": 30,
                                "min_num": 1,
                            },
                        ),
                        28: (
                            "wagtail.blocks.StructBlock",
                            [[("times", 9), ("rules", 19), ("examples", 27)]],
                            {},
                        ),
                        29: (
                            "wagtail.blocks.DecimalBlock",
                            (),
                            {
                                "decimal_places": 2,
                                "label": "Amount in pounds",
                                "max_digits": 9,
                                "min_value": Decimal("0.01"),
                            },
                        ),
                        30: (
                            "wagtail.blocks.ListBlock",
                            (29,),
                            {"label": "Suggested amounts", "max_num": 8, "min_num": 1},
                        ),
                        31: ("wagtail.blocks.StructBlock", [[("amounts", 30)]], {}),
                    },
                    help_text="Where finance leaves it to the page: a price list or rules from finance’s prices, or suggestions for a donation. Otherwise leave it empty",
                    verbose_name="amount",
                ),
            ),
        ]
    )
