"""All pages: the room `web` has them, and the answers to what none of them answered."""

from django.urls import include, path

from openxin.web import uncaught

handler400 = uncaught.bad_request
handler500 = uncaught.fault
urlpatterns = [path("", include("openxin.web.urls"))]
