"""Where the pages of those who ask are. No address carries anything about a person; a grant has a random id."""

from django.urls import path

from openxin.web.enquiries import ask, front, granted

urlpatterns = [
    path("", front.front, name="enquiries"),
    path("check/", ask.check, name="enquiries-check"),
    path("permit/", ask.permit, name="enquiries-permit"),
    path("award/", ask.award, name="enquiries-award"),
    path("code/", granted.code, name="enquiries-code"),
    path("grants/<uuid:grant>/", granted.one, name="enquiries-grant"),
]
