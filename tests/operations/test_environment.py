"""The environment is read once, and everything that is wrong with it is said at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from openxin.config import environment


def test_without_any_setting_there_is_a_folder_and_an_embedded_server(monkeypatch, tmp_path):
    monkeypatch.delenv("OPENXIN_HOME")
    monkeypatch.delenv("OPENXIN_SYNTHETIC")
    monkeypatch.chdir(tmp_path)
    read = environment.read()
    assert (read.home, read.keys) == (tmp_path / "var", tmp_path / "var" / "keys")
    assert read.is_embedded
    assert not read.synthetic


def test_all_faults_are_told_at_once(monkeypatch):
    monkeypatch.setenv("OPENXIN_PARTITIONS", "many")
    monkeypatch.setenv("OPENXIN_SYNTHETIC", "perhaps")
    monkeypatch.setenv("OPENXIN_APP_ROLE", 'x"; drop')
    monkeypatch.setenv("OPENXIN_HOMES", "/somewhere")
    with pytest.raises(environment.EnvironmentUnsound) as unsound:
        environment.read()
    told = str(unsound.value)
    assert all(f"OPENXIN_{name}:" in told for name in ("PARTITIONS", "SYNTHETIC", "APP_ROLE", "HOMES"))


@pytest.mark.parametrize(
    "url", ["mysql://u:geheim@h/d", "postgresql://:geheim@h", "host=x password=geheim", "postgresql://[geheim"]
)
def test_an_address_that_cannot_be_used_is_refused_and_not_repeated(monkeypatch, url):
    """It may hold a password."""
    monkeypatch.setenv("OPENXIN_DATABASE_URL", url)
    with pytest.raises(environment.EnvironmentUnsound, match="OPENXIN_DATABASE_URL") as unsound:
        environment.read()
    assert "geheim" not in str(unsound.value)


def test_the_other_roles_are_reached_where_the_owner_is(monkeypatch, tmp_path):
    monkeypatch.setenv("OPENXIN_KEYS", str(tmp_path))
    monkeypatch.setenv("OPENXIN_OWNER_DATABASE_URL", "postgresql://boss:p%40ss@db.example:6543/city?sslmode=require")
    (tmp_path / "role-app.password").write_text("secret/1")
    read = environment.read()
    assert read.address("owner")["password"] == "p@ss"
    assert read.address("app") == {
        "host": "db.example", "port": "6543", "dbname": "city", "sslmode": "require", "user": "openxin_app",
        "password": "secret/1",
    }  # fmt: skip
    assert read.url("app") == "postgresql://openxin_app:secret%2F1@/city?host=db.example&port=6543&sslmode=require"


def test_a_home_is_absolute_wherever_the_command_is_called(monkeypatch):
    monkeypatch.setenv("OPENXIN_HOME", "somewhere")
    assert environment.read().home == Path.cwd() / "somewhere"


@pytest.mark.parametrize("url", ["http://xin.example", "xin.example", "https://", "https://xin.example/path"])
def test_people_reach_the_pages_over_tls_or_not_at_all(monkeypatch, url):
    monkeypatch.setenv("OPENXIN_PUBLIC_URL", url)
    with pytest.raises(environment.EnvironmentUnsound, match="OPENXIN_PUBLIC_URL"):
        environment.read()


@pytest.mark.parametrize("issuer", ["http://id.example", "ftp://id.example", "id.example"])
def test_an_identity_provider_is_asked_over_tls_or_on_this_machine(monkeypatch, issuer):
    monkeypatch.setenv("OPENXIN_OIDC_CLIENT_ID", "openxin")
    monkeypatch.setenv("OPENXIN_OIDC_CLIENT_SECRET_FILE", "/a/file")
    monkeypatch.setenv("OPENXIN_OIDC_ISSUER", issuer)
    with pytest.raises(environment.EnvironmentUnsound, match="OPENXIN_OIDC_ISSUER"):
        environment.read()
    monkeypatch.setenv("OPENXIN_OIDC_ISSUER", "http://127.0.0.1:9000/")
    assert environment.read().oidc_issuer == "http://127.0.0.1:9000"


def test_a_provider_that_is_half_named_is_a_fault(monkeypatch):
    monkeypatch.setenv("OPENXIN_OIDC_ISSUER", "https://id.example")
    with pytest.raises(environment.EnvironmentUnsound, match="OPENXIN_OIDC_CLIENT_ID"):
        environment.read()


def test_cookies_of_a_register_with_an_address_travel_over_tls_only(tmp_path):
    """Settings are read once in a process: a fresh one reads them."""
    asked = (
        "from django.conf import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.ALLOWED_HOSTS[-1],"
        " s.SECURE_PROXY_SSL_HEADER, s.CSRF_TRUSTED_ORIGINS)"
    )
    environ = os.environ | {"OPENXIN_PUBLIC_URL": "https://xin.example", "OPENXIN_HOME": str(tmp_path)}
    told = subprocess.run([sys.executable, "-c", asked], env=environ, capture_output=True, text=True, check=True).stdout
    assert told.strip() == "True True xin.example ('HTTP_X_FORWARDED_PROTO', 'https') ['https://xin.example']"
