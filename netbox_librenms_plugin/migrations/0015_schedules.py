import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import netbox.models.deletion
import taggit.managers
import utilities.json
from django.conf import settings
from django.db import migrations, models

import netbox_librenms_plugin.choices


class Migration(migrations.Migration):

    dependencies = [
        ("extras", "0134_owner"),
        ("netbox_librenms_plugin", "0014_undo"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Schedule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False)),
                ("created", models.DateTimeField(auto_now_add=True, null=True)),
                ("last_updated", models.DateTimeField(auto_now=True, null=True)),
                (
                    "custom_field_data",
                    models.JSONField(blank=True, default=dict, encoder=utilities.json.CustomFieldJSONEncoder),
                ),
                ("name", models.CharField(max_length=100, unique=True)),
                ("description", models.CharField(blank=True, max_length=200)),
                ("enabled", models.BooleanField(default=True)),
                ("weight", models.PositiveSmallIntegerField(default=1000)),
                ("server", models.CharField(max_length=50)),
                ("action", models.CharField(default="compare", max_length=20)),
                ("branch", models.CharField(blank=True, max_length=100)),
                ("devices", models.CharField(default="none", max_length=10)),
                ("device_filter", models.JSONField(blank=True, default=dict)),
                ("virtual_machines", models.CharField(default="none", max_length=10)),
                ("vm_filter", models.JSONField(blank=True, default=dict)),
                (
                    "resources",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=50), blank=True, default=list, size=None
                    ),
                ),
                (
                    "exclude_fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=50), blank=True, default=list, size=None
                    ),
                ),
                (
                    "outcomes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20),
                        default=netbox_librenms_plugin.choices.ScheduleOutcomeChoices.values,
                        size=None,
                    ),
                ),
                (
                    "minutes",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(527040),
                        ],
                    ),
                ),
                ("at", models.TimeField(blank=True, null=True)),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(
                            validators=[django.core.validators.MaxValueValidator(6)]
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("window_from", models.TimeField(blank=True, null=True)),
                ("window_to", models.TimeField(blank=True, null=True)),
                (
                    "shrink_percent",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                ("most_changes", models.PositiveIntegerField(blank=True, null=True)),
                ("most_each", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "shadow_runs",
                    models.PositiveSmallIntegerField(
                        default=3,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                ("state", models.CharField(default="shadow", editable=False, max_length=10)),
                ("armed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("shadow_since", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("last_started", models.DateTimeField(blank=True, editable=False, null=True)),
                ("next_due", models.DateTimeField(blank=True, editable=False, null=True)),
                ("missed_since", models.DateTimeField(blank=True, editable=False, null=True)),
                ("message", models.CharField(blank=True, editable=False, max_length=500)),
                (
                    "armed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "last_run",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="netbox_librenms_plugin.run",
                    ),
                ),
                (
                    "run_as",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("tags", taggit.managers.TaggableManager(through="extras.TaggedItem", to="extras.Tag")),
            ],
            options={
                "verbose_name": "schedule",
                "verbose_name_plural": "schedules",
                "ordering": ("weight", "name"),
            },
            bases=(netbox.models.deletion.DeleteMixin, models.Model),
        ),
        migrations.AddField(
            model_name="run",
            name="schedule",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="runs",
                to="netbox_librenms_plugin.schedule",
            ),
        ),
    ]
