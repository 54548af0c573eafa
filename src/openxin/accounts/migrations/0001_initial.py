"""Log-ins."""

import uuid
from pathlib import Path

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from openxin.store.schema import run_schema


class Migration(migrations.Migration):
    initial = True
    dependencies = [("ledger", "0001_initial")]  # whose trigger keeps history
    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("person", "person"), ("official", "official")], max_length=16)),
                ("person_id", models.UUIDField(null=True, unique=True)),
                ("authority", models.TextField(null=True)),
                ("organisation", models.UUIDField(null=True)),
                ("roles", ArrayField(models.TextField(), default=list)),
                ("is_active", models.BooleanField(default=True)),
                ("name_token", models.BinaryField(null=True, unique=True)),
            ],
            options={"db_table": "accounts_user"},
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                name="accounts_user_is_one_kind",
                condition=models.Q(
                    kind="person", person_id__isnull=False, authority__isnull=True, organisation__isnull=True, roles=[]
                )
                | models.Q(
                    models.Q(authority__isnull=False, organisation__isnull=True)
                    | models.Q(authority__isnull=True, organisation__isnull=False),
                    kind="official",
                    person_id__isnull=True,
                ),
            ),
        ),
        run_schema(Path(__file__).parents[1] / "schema.sql"),
    ]
