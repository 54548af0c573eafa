"""Who stands at a door. A log-in holds a plain id of a person: no foreign key, no name, no address."""

from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models


class User(AbstractBaseUser):
    """One log-in: of a person for their own records, or of an official of one body or organisation."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=16, choices=[("person", "person"), ("official", "official")])
    person_id = models.UUIDField(null=True, unique=True)
    authority = models.TextField(null=True)  # id in the catalogue
    organisation = models.UUIDField(null=True)  # a registered unit that is no body of the catalogue
    roles = ArrayField(models.TextField(), default=list)  # of an official: ids of catalogue/roles.toml
    name_token = models.BinaryField(
        null=True, unique=True
    )  # HMAC of the log-in name that an official types; null: by link only
    is_active = models.BooleanField(
        default=True
    )  # False: closed; Django then lets nobody in and knows no session of theirs

    objects = BaseUserManager["User"]()

    USERNAME_FIELD = "id"

    class Meta:
        db_table = "accounts_user"
        constraints = (
            models.CheckConstraint(
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
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
