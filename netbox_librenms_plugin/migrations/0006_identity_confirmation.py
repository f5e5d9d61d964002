import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("netbox_librenms_plugin", "0005_branches"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="IdentityConfirmation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("user_name", models.CharField(editable=False, max_length=150)),
                ("object_id", models.PositiveBigIntegerField()),
                ("server", models.CharField(max_length=50)),
                ("librenms_id", models.PositiveBigIntegerField()),
                ("clues", models.CharField(max_length=64)),
                (
                    "object_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contenttypes.contenttype"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ("-created", "-pk")},
        ),
        migrations.AddConstraint(
            model_name="identityconfirmation",
            constraint=models.UniqueConstraint(
                fields=("object_type", "object_id", "server", "librenms_id", "clues"),
                name="netbox_librenms_plugin_identityconfirmation_unique",
            ),
        ),
    ]
