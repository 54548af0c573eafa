"""Where the pages of the desk are."""

from django.urls import path

from openxin.web.desk import finality, front, identities, mending, quality, take_back

urlpatterns = [
    path("", front.front, name="desk"),
    path("identities/", identities.front, name="desk-identities"),
    path("identities/<slug:verb>/", identities.act, name="desk-identity-act"),
    path("waiting/<uuid:submission>/", mending.waiting, name="desk-waiting"),
    path("waiting/<uuid:submission>/workbook/", mending.workbook, name="desk-workbook"),
    path("mend/<uuid:reference>/", mending.mend, name="desk-mend"),
    path("mend/<uuid:reference>/give-up/", mending.give_up, name="desk-give-up"),
    path("submissions/<uuid:submission>/take-back/", take_back.take_back, name="desk-take-back"),
    path("finality/", finality.submissions, name="desk-finality"),
    path("finality/<uuid:submission>/", finality.rows, name="desk-finality-rows"),
    path("quality/", quality.quality, name="desk-quality"),
    path("quality.csv", quality.as_csv, name="desk-quality-csv"),
]
