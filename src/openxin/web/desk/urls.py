"""Where the pages of the desk are."""

from django.urls import path

from openxin.web.desk import front, identities

urlpatterns = [
    path("", front.front, name="desk"),
    path("identities/", identities.front, name="desk-identities"),
    path("identities/<slug:verb>/", identities.act, name="desk-identity-act"),
]
