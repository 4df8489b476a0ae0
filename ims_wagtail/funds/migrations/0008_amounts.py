"""Let finance say which prices a page may lay out, or that what an account owes is paid."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ims_funds', '0007_words_in_welsh'),
    ]

    operations = [
        migrations.AddField(
            model_name='paymenttype',
            name='challenge',
            field=models.CharField(blank=True, choices=[('postcode', 'The postcode of the account holder'), ('surname', 'The surname of the account holder')], help_text='Where the account owes the amount', max_length=10, verbose_name='asked before what is owed is shown'),
        ),
        migrations.AddField(
            model_name='paymenttype',
            name='part_payment',
            field=models.BooleanField(default=False, help_text='Otherwise all of it, or nothing', verbose_name='part of what is owed may be paid'),
        ),
        migrations.AddField(
            model_name='paymenttype',
            name='prices',
            field=models.ManyToManyField(blank=True, help_text='Where a page lays out several prices, it can charge these and no others', related_name='laid_out_by', to='ims_funds.price', verbose_name='prices that pages may use'),
        ),
        migrations.AlterField(
            model_name='paymenttype',
            name='amount_source',
            field=models.CharField(choices=[('payer', 'The payer types it'), ('fixed', 'A price that the council sets'), ('prices', 'Several prices that the council sets, laid out by the page'), ('balance', 'What the account owes')], default='payer', max_length=10, verbose_name='amount'),
        ),
        migrations.AddConstraint(
            model_name='paymenttype',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_source', 'balance'), _negated=True), models.Q(('reference_source', 'payer'), models.Q(('challenge', ''), _negated=True)), _connector='OR'), name='ims_balance_has_a_challenge'),
        ),
    ]
