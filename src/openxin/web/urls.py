"""Where the pages are."""

from django.urls import path

from openxin.accounts.links import ENTRANCE
from openxin.web import doorway, language, portal

urlpatterns = [
    path("", doorway.landing, name="landing"),
    path(f"{ENTRANCE}<str:secret>/", doorway.enter, name="enter"),
    path("records/", portal.records, name="records"),
    path("leave/", doorway.leave, name="leave"),
    path("language/", language.choose, name="language"),
]
