"""The demonstration's identity provider: made-up people say who they are, by the settings that the demonstration chose."""

import os

import httpx
import pytest

from openxin.cli import demo_provider
from openxin.config import environment
from openxin.synth.city import Person

SOMEBODY = Person("李娜", "01", "999999199001010017", "")


@pytest.fixture
def unset():
    """Whatever is put into the environment meanwhile is gone afterwards."""
    before = dict(os.environ)
    yield
    for name in os.environ.keys() - before.keys():
        del os.environ[name]


def test_what_was_chosen_is_what_the_settings_read_and_what_runs(unset):
    port = demo_provider.choose()
    read = environment.read()
    assert read.oidc_issuer == f"http://localhost:{port}"
    secret = read.oidc_client_secret_file
    assert secret.stat().st_mode & 0o077 == 0
    with demo_provider.running(port, [SOMEBODY]):
        told = httpx.get(f"{read.oidc_issuer}/.well-known/openid-configuration").json()
        assert told["issuer"] == read.oidc_issuer
    assert not secret.exists(), "the secret goes with it"


def test_another_provider_that_was_set_stays(unset, monkeypatch):
    monkeypatch.setenv("OPENXIN_OIDC_ISSUER", "https://id.example")
    assert demo_provider.choose() is None
    with demo_provider.running(None, [SOMEBODY]):
        assert os.environ["OPENXIN_OIDC_ISSUER"] == "https://id.example"
