"""Refunds of the pretend provider, and cards that take none back."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ims_sandbox", "0002_paid_at")]

    operations = [
        migrations.AddField(
            model_name="sandboxpayment",
            name="refunds_closed",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="SandboxRefund",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("reference", models.CharField(blank=True, max_length=40)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                ("state", models.CharField(max_length=20)),
                ("next_state", models.CharField(blank=True, max_length=20)),
                ("next_state_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(db_index=True)),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="refunds",
                        to="ims_sandbox.sandboxpayment",
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
    ]
