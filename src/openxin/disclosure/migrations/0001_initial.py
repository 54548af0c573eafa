"""The first tables of the room, from its `schema.sql`, and the call by which they are read, from `door.sql`."""

from pathlib import Path

from django.db import migrations

from openxin.store.schema import run_schema


class Migration(migrations.Migration):
    initial = True
    dependencies = [("records", "0001_initial"), ("accounts", "0001_initial")]
    operations = [run_schema(Path(__file__).parents[1] / file) for file in ("schema.sql", "door.sql")]
