"""Ledger codes, fund groups, attributes, and what else finance says about funds and methods."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ims_funds', '0004_prices'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attribute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='“cost_centre”', max_length=30, validators=[django.core.validators.RegexValidator('\\A[a-z][a-z0-9_]*\\Z', 'Use small letters, digits and _, beginning with a letter')], verbose_name='name in files')),
                ('label', models.CharField(max_length=50, verbose_name='label on screens')),
                ('applies_to', models.CharField(choices=[('fund', 'Funds'), ('payment_type', 'Payment types')], max_length=15, verbose_name='a fact about')),
                ('kind', models.CharField(choices=[('text', 'Text'), ('number', 'Number'), ('date', 'Date'), ('choice', 'Choice'), ('yes_no', 'Yes or no')], max_length=10, verbose_name='kind')),
                ('choices', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, help_text='Separate them with commas; for a choice only', size=None, verbose_name='choices')),
                ('required', models.BooleanField(default=False, verbose_name='required')),
                ('position', models.PositiveSmallIntegerField(blank=True, default=0, help_text='Smaller numbers come first', verbose_name='place in forms')),
            ],
            options={
                'verbose_name': 'attribute',
                'verbose_name_plural': 'attributes',
            },
        ),
        migrations.CreateModel(
            name='AttributeValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.CharField(max_length=200)),
            ],
            options={
                'verbose_name': 'value of an attribute',
                'verbose_name_plural': 'values of attributes',
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='FundGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(error_messages={'unique': 'Another group has this name: choose another one'}, max_length=50, unique=True, verbose_name='name')),
            ],
            options={
                'verbose_name': 'fund group',
                'verbose_name_plural': 'fund groups',
            },
        ),
        migrations.CreateModel(
            name='LedgerCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts', models.DateField(verbose_name='from')),
                ('code', models.CharField(max_length=30, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9]([A-Za-z0-9 ./-]*[A-Za-z0-9])?\\Z', 'Use letters and digits, with spaces, full stops, hyphens or slashes between them')], verbose_name='code')),
            ],
            options={
                'verbose_name': 'general-ledger code',
                'verbose_name_plural': 'general-ledger codes',
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='fund',
            name='credit_notes_enabled',
            field=models.BooleanField(default=False, help_text='When suspense is matched, a negative line on an account of this fund may add to what there is to match', verbose_name='credit notes'),
        ),
        migrations.AddField(
            model_name='fund',
            name='export_to_ledger',
            field=models.BooleanField(default=True, help_text='Its lines are part of the files for the general ledger', verbose_name='export to the general ledger'),
        ),
        migrations.AddField(
            model_name='fund',
            name='is_ereturn_default',
            field=models.BooleanField(default=False, help_text='The lines of banking returns go to this fund; only one fund can be it', verbose_name='fund of eReturns'),
        ),
        migrations.AddField(
            model_name='fund',
            name='position',
            field=models.PositiveSmallIntegerField(blank=True, default=0, help_text='Smaller numbers come first; funds with the same number go by their code', verbose_name='place in lists'),
        ),
        migrations.AddField(
            model_name='methodofpayment',
            name='background_colour',
            field=models.CharField(blank=True, help_text='As #2185d0; leave both colours empty for the usual ones', max_length=7, validators=[django.core.validators.RegexValidator('\\A#[0-9a-fA-F]{6}\\Z', 'Write the colour as # and six digits or letters, like #2185d0')], verbose_name='background colour'),
        ),
        migrations.AddField(
            model_name='methodofpayment',
            name='clearing_code',
            field=models.CharField(blank=True, help_text='The general-ledger code of the account in which this money arrives', max_length=30, validators=[django.core.validators.RegexValidator('\\A[A-Za-z0-9]([A-Za-z0-9 ./-]*[A-Za-z0-9])?\\Z', 'Use letters and digits, with spaces, full stops, hyphens or slashes between them')], verbose_name='clearing code'),
        ),
        migrations.AddField(
            model_name='methodofpayment',
            name='text_colour',
            field=models.CharField(blank=True, help_text='It must be readable on the background: at least 4.5 to 1', max_length=7, validators=[django.core.validators.RegexValidator('\\A#[0-9a-fA-F]{6}\\Z', 'Write the colour as # and six digits or letters, like #2185d0')], verbose_name='text colour'),
        ),
        migrations.AddField(
            model_name='paymenttype',
            name='position',
            field=models.PositiveSmallIntegerField(blank=True, default=0, help_text='Smaller numbers come first; payment types with the same number go by name', verbose_name='place in lists'),
        ),
        migrations.AlterField(
            model_name='fund',
            name='code',
            field=models.CharField(error_messages={'unique': 'This code is taken: choose another one'}, max_length=5, unique=True, validators=[django.core.validators.RegexValidator('\\A[A-Z0-9]+\\Z', 'Use capital letters and digits only')], verbose_name='code'),
        ),
        migrations.AlterField(
            model_name='fund',
            name='maximum_amount',
            field=models.DecimalField(decimal_places=2, max_digits=12, validators=[django.core.validators.MinValueValidator(Decimal('0.01'), 'Enter an amount of 1p or more')], verbose_name='most that may be paid at once'),
        ),
        migrations.AlterField(
            model_name='methodofpayment',
            name='code',
            field=models.CharField(error_messages={'unique': 'This code is taken: choose another one'}, max_length=5, unique=True, validators=[django.core.validators.RegexValidator('\\A[A-Z0-9]+\\Z', 'Use capital letters and digits only')], verbose_name='code'),
        ),
        migrations.AlterField(
            model_name='methodofpayment',
            name='maximum_amount',
            field=models.DecimalField(decimal_places=2, max_digits=12, validators=[django.core.validators.MinValueValidator(Decimal('0'), 'Enter an amount of £0 or more')], verbose_name='most'),
        ),
        migrations.AlterField(
            model_name='methodofpayment',
            name='minimum_amount',
            field=models.DecimalField(decimal_places=2, default=Decimal('0.00'), max_digits=12, validators=[django.core.validators.MinValueValidator(Decimal('0'), 'Enter an amount of £0 or more')], verbose_name='least'),
        ),
        migrations.AlterField(
            model_name='office',
            name='code',
            field=models.CharField(error_messages={'unique': 'This code is taken: choose another one'}, max_length=2, unique=True, validators=[django.core.validators.RegexValidator('\\A[A-Z0-9]+\\Z', 'Use capital letters and digits only')], verbose_name='code'),
        ),
        migrations.AlterField(
            model_name='paymenttype',
            name='maximum_amount',
            field=models.DecimalField(blank=True, decimal_places=2, help_text="Leave empty for the fund's limit", max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0.01'), 'Enter an amount of 1p or more')], verbose_name='most'),
        ),
        migrations.AlterField(
            model_name='paymenttype',
            name='minimum_amount',
            field=models.DecimalField(decimal_places=2, default=Decimal('0.01'), max_digits=12, validators=[django.core.validators.MinValueValidator(Decimal('0.01'), 'Enter an amount of 1p or more')], verbose_name='least'),
        ),
        migrations.AlterField(
            model_name='paymenttype',
            name='slug',
            field=models.SlugField(error_messages={'unique': 'This short name is taken: choose another one'}, unique=True, verbose_name='short name in addresses'),
        ),
        migrations.AddConstraint(
            model_name='fund',
            constraint=models.UniqueConstraint(condition=models.Q(('is_ereturn_default', True)), fields=('is_ereturn_default',), name='ims_one_ereturn_fund', violation_error_message='Another fund is the fund of eReturns: take the tick away there first'),
        ),
        migrations.AlterConstraint(
            model_name='fund',
            name='ims_one_suspense_fund',
            constraint=models.UniqueConstraint(condition=models.Q(('is_suspense', True)), fields=('is_suspense',), name='ims_one_suspense_fund', violation_error_message='Another fund is the suspense fund: take the tick away there first'),
        ),
        migrations.AlterConstraint(
            model_name='methodofpayment',
            name='ims_one_default_method_a_kind',
            constraint=models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('kind',), name='ims_one_default_method_a_kind', violation_error_message='Another method is used for this kind: take the tick away there first'),
        ),
        migrations.AlterConstraint(
            model_name='methodofpayment',
            name='ims_method_limits_in_order',
            constraint=models.CheckConstraint(condition=models.Q(('minimum_amount__gte', 0), ('minimum_amount__lte', models.F('maximum_amount'))), name='ims_method_limits_in_order', violation_error_message="The least can't be more than the most"),
        ),
        migrations.AlterConstraint(
            model_name='paymenttype',
            name='ims_payment_type_limits_in_order',
            constraint=models.CheckConstraint(condition=models.Q(('minimum_amount__gt', 0), models.Q(('maximum_amount__isnull', True), ('minimum_amount__lte', models.F('maximum_amount')), _connector='OR')), name='ims_payment_type_limits_in_order', violation_error_message="The least can't be more than the most"),
        ),
        migrations.AlterConstraint(
            model_name='paymenttype',
            name='ims_payment_type_days_in_order',
            constraint=models.CheckConstraint(condition=models.Q(('open_from__isnull', True), ('open_until__isnull', True), ('open_from__lte', models.F('open_until')), _connector='OR'), name='ims_payment_type_days_in_order', violation_error_message="The last day can't be before the first"),
        ),
        migrations.AddConstraint(
            model_name='attribute',
            constraint=models.UniqueConstraint(fields=('applies_to', 'name'), name='ims_attribute_named_once', violation_error_message='This name is taken: choose another one'),
        ),
        migrations.AddConstraint(
            model_name='attribute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'choice'), _negated=True), ('choices__len__gte', 1), _connector='OR'), name='ims_attribute_has_its_choices', violation_error_message='Give the choices'),
        ),
        migrations.AddField(
            model_name='attributevalue',
            name='attribute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='values', to='ims_funds.attribute'),
        ),
        migrations.AddField(
            model_name='attributevalue',
            name='fund',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attribute_values', to='ims_funds.fund'),
        ),
        migrations.AddField(
            model_name='attributevalue',
            name='payment_type',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attribute_values', to='ims_funds.paymenttype'),
        ),
        migrations.AddField(
            model_name='fundgroup',
            name='funds',
            field=models.ManyToManyField(related_name='groups', to='ims_funds.fund', verbose_name='funds'),
        ),
        migrations.AddField(
            model_name='ledgercode',
            name='fund',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ledger_codes', to='ims_funds.fund'),
        ),
        migrations.AddConstraint(
            model_name='attributevalue',
            constraint=models.CheckConstraint(condition=models.Q(('fund__isnull', True), ('payment_type__isnull', True), _connector='XOR'), name='ims_attribute_value_has_one_owner'),
        ),
        migrations.AddConstraint(
            model_name='attributevalue',
            constraint=models.CheckConstraint(condition=models.Q(('value', ''), _negated=True), name='ims_attribute_value_says_something'),
        ),
        migrations.AddConstraint(
            model_name='attributevalue',
            constraint=models.UniqueConstraint(fields=('attribute', 'fund'), name='ims_one_value_a_fund'),
        ),
        migrations.AddConstraint(
            model_name='attributevalue',
            constraint=models.UniqueConstraint(fields=('attribute', 'payment_type'), name='ims_one_value_a_payment_type'),
        ),
        migrations.AddConstraint(
            model_name='ledgercode',
            constraint=models.UniqueConstraint(fields=('fund', 'starts'), name='ims_one_ledger_code_a_day', violation_error_message="Two codes can't begin on the same day"),
        ),
    ]
