from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("netbox_librenms_plugin", "0006_identity_confirmation"),
    ]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="kind",
            field=models.CharField(default="import", editable=False, max_length=50),
        ),
    ]
