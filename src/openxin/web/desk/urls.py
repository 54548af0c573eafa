"""Where the pages of the desk are."""

from django.urls import path

from openxin.web.desk import front

urlpatterns = [
    path("", front.front, name="desk"),
]
