"""All pages: the room `web` has them."""

from django.urls import include, path

urlpatterns = [path("", include("openxin.web.urls"))]
