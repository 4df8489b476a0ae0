"""Baskets in which staff gather what somebody on the telephone wants to pay."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ims_backoffice", "0001_set_up_packs"),
        ("ims_checkout", "0002_basket_removed_lines_and_services"),
        ("ims_funds", "0005_fund_facts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StaffBasket",
            fields=[
                (
                    "basket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="staff_basket",
                        serialize=False,
                        to="ims_checkout.basket",
                    ),
                ),
                (
                    "language",
                    models.CharField(max_length=10, verbose_name="language of the payer"),
                ),
                (
                    "office",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="ims_funds.office",
                        verbose_name="office",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ims_staff_basket",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "basket of staff",
                "verbose_name_plural": "baskets of staff",
                "default_permissions": (),
            },
        ),
    ]
