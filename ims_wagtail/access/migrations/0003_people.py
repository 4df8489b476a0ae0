"""What a person may use, when they were last here, and how often a password was guessed."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def make_profiles(apps, schema_editor):
    user_model = apps.get_model(settings.AUTH_USER_MODEL)
    profile_model = apps.get_model("ims_access", "StaffProfile")
    without = user_model.objects.filter(ims_profile=None)
    profile_model.objects.bulk_create(
        [profile_model(user_id=pk) for pk in without.values_list("pk", flat=True)],
        batch_size=1000,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("ims_access", "0002_audit_is_insert_only"),
        ("ims_funds", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="staffprofile",
            options={
                "default_permissions": ("view", "change"),
                "permissions": [("export_staffprofile", "Can export the access review")],
                "verbose_name": "person",
                "verbose_name_plural": "people",
            },
        ),
        migrations.AddField(
            model_name="staffprofile",
            name="enabled_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="staffprofile",
            name="expiry_days",
            field=models.PositiveSmallIntegerField(
                default=90,
                help_text="So many days without signing in disable the account.",
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="days until the account is disabled",
            ),
        ),
        migrations.AddField(
            model_name="staffprofile",
            name="methods",
            field=models.ManyToManyField(
                blank=True,
                help_text="How this person may take money.",
                related_name="+",
                to="ims_funds.methodofpayment",
                verbose_name="methods of payment",
            ),
        ),
        migrations.AddField(
            model_name="staffprofile",
            name="offices",
            field=models.ManyToManyField(
                blank=True,
                help_text="Other offices this person may take money for.",
                related_name="+",
                to="ims_funds.office",
                verbose_name="other offices",
            ),
        ),
        migrations.AlterField(
            model_name="staffprofile",
            name="office",
            field=models.ForeignKey(
                blank=True,
                help_text="Where this person works. It is noted with the money they take.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="ims_funds.office",
                verbose_name="office",
            ),
        ),
        migrations.CreateModel(
            name="SignInFailure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "failed sign-in",
                "verbose_name_plural": "failed sign-ins",
                "default_permissions": (),
                "indexes": [models.Index(fields=["key", "at"], name="ims_sign_in_failures")],
            },
        ),
        migrations.RunPython(make_profiles, migrations.RunPython.noop),
    ]
