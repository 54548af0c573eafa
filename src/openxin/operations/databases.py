"""The three roles as Django's three databases: `default` (application), `owner`, `intake`."""

from typing import Any

from openxin.operations.installation import Installation, Role

ALIASES: dict[str, Role] = {"default": "app", "owner": "owner", "intake": "intake"}
# The door in says who it is for as long as it is connected: only the policies `door_in`, for this role alone, ask (`setup`).
_NOBODY = "00000000-0000-0000-0000-000000000000"
_INTAKE = " ".join(
    f"-c openxin.{name}={value}"
    for name, value in {"reader": _NOBODY, "subject": _NOBODY, "joined": "{}", "token": "", "task": "intake"}.items()
)
_NAMES_OF_DJANGO = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}


def database(installation: Installation, role: Role) -> dict[str, Any]:
    """The entry of `DATABASES` for `role`."""
    address = dict(installation.address(role))
    named = {name: address.pop(key, "") for name, key in _NAMES_OF_DJANGO.items()}
    if role == "intake":
        address["options"] = " ".join(part for part in (address.get("options", ""), _INTAKE) if part)
    return {"ENGINE": "django.db.backends.postgresql", "OPTIONS": address, "ATOMIC_REQUESTS": False, **named}


def point_django_at(installation: Installation) -> None:
    """Point Django's databases at `installation`: settings may have been read before its passwords were made."""
    from django.db import connections  # noqa: PLC0415 -- the settings call `database` before Django can be imported whole

    connections.close_all()
    for alias, role in ALIASES.items():
        connections.settings[alias].update(database(installation, role))
