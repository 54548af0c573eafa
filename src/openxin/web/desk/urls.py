"""Where the pages of the desk are."""

from django.urls import path

from openxin.web.desk import (
    cases,
    finality,
    front,
    guardians,
    hand_in,
    identities,
    mending,
    quality,
    submissions,
    take_back,
    uploads,
)

urlpatterns = [
    path("", front.front, name="desk"),
    path("hand-in/", hand_in.hand_in, name="desk-hand-in"),
    path("blank/<slug:type_id>/", hand_in.blank, name="desk-blank"),
    path("uploads/<uuid:upload_id>/", uploads.upload, name="desk-upload"),
    path("uploads/<uuid:upload_id>/confirm/", uploads.confirm, name="desk-confirm"),
    path("uploads/<uuid:upload_id>/discard/", uploads.discard, name="desk-discard"),
    path("submissions/", submissions.submissions, name="desk-submissions"),
    path("submissions/<uuid:submission>/", submissions.receipt, name="desk-receipt"),
    path("submissions/<uuid:submission>/receipt.json", submissions.receipt_as_json, name="desk-receipt-json"),
    path("identities/", identities.front, name="desk-identities"),
    path("identities/<slug:verb>/", identities.act, name="desk-identity-act"),
    path("cases/", cases.mine, name="desk-cases"),
    path("cases/assign/", cases.assign, name="desk-case-assign"),
    path("cases/<uuid:assignment>/give-back/", cases.give_back, name="desk-case-give-back"),
    path("guardians/<slug:verb>/", guardians.act, name="desk-guardian-act"),
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
