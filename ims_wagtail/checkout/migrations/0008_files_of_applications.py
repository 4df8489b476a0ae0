from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ims_checkout', '0007_answer_files'),
    ]

    operations = [
        migrations.AddField(
            model_name='answerfile',
            name='application',
            field=models.UUIDField(db_index=True, help_text='The key of the application it was sent with', null=True),
        ),
    ]
