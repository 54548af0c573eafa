"""The first tables of the room, from its `schema.sql`."""

from pathlib import Path

from django.db import migrations

from openxin.store.schema import run_schema


class Migration(migrations.Migration):
    initial = True
    dependencies = [("ledger", "0001_initial")]
    operations = [run_schema(Path(__file__).parents[1] / "schema.sql")]
