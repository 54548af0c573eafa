from collections.abc import Callable
from pathlib import Path

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from tests.harness.door import Door
from tests.harness.register import Register


@pytest.fixture
def door(register: Register, tmp_path: Path) -> Door:
    return Door(register, tmp_path / "files")


@pytest.fixture
def rf_request(register: Register) -> HttpRequest:
    """A request of nobody."""
    return RequestFactory().get("/")


@pytest.fixture
def settings_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Write a template beside the real ones."""
    from django.template import engines

    folder = tmp_path / "templates"
    folder.mkdir()
    for loader in engines["django"].engine.template_loaders:
        monkeypatch.setattr(loader, "get_dirs", lambda: [folder], raising=False)
        for inner in getattr(loader, "loaders", ()):
            monkeypatch.setattr(inner, "get_dirs", lambda: [folder])

    def write(name: str, text: str) -> None:
        (folder / name).write_text(text, "utf-8")

    return write
