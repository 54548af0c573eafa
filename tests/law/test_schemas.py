"""The schemas are for an editor too: each file names its own, each is a sound schema, and each explains itself."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from openxin.law.files import read_folder, shipped_folder

FOLDER = shipped_folder()
SCHEMAS = sorted((FOLDER / "schema").glob("*.json"))


@pytest.mark.parametrize("path", SCHEMAS, ids=[path.stem for path in SCHEMAS])
def test_a_schema_is_sound_and_carries_its_own_name(path: Path) -> None:
    schema = json.loads(path.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == path.name
    assert " · " in schema["title"]


@pytest.mark.parametrize("file", read_folder(FOLDER).files, ids=lambda file: file.name)
def test_a_file_names_its_schema_in_its_first_line(file) -> None:
    first = (FOLDER / file.name).read_text("utf-8").splitlines()[0]
    if file.name == "sample-city.toml":  # kept as it was handed to us
        return
    named = (FOLDER / file.name).parent / first.removeprefix("#:schema ")
    assert named.resolve() == (FOLDER / "schema" / f"{file.kind}.json").resolve()


@pytest.mark.parametrize("where", ["title", "code"])
def test_every_group_of_forbidden_words_has_its_citation(where: str) -> None:
    groups = json.loads((FOLDER / "schema" / "forbidden.json").read_text("utf-8"))["$defs"][where]["allOf"]
    assert len(groups) == 11
    assert all(
        group["citation"] and group["verified"] in ("V", "K", "D") and group["not"]["pattern"] for group in groups
    )
