"""Where the auditor's pages are."""

from django.urls import path

from openxin.web.audit import checkpoints, front, ledger

urlpatterns = [
    path("", front.front, name="audit"),
    path("ledger/", ledger.entries, name="audit-ledger"),
    path("ledger/<int:seq>/", ledger.entry, name="audit-entry"),
    path("ledger/<int:seq>/proof", ledger.proof, name="audit-proof"),
    path("checkpoints/", checkpoints.listed, name="audit-checkpoints"),
    path("checkpoints/<int:size>", checkpoints.checkpoint, name="audit-checkpoint"),
    path("consistency/", checkpoints.consistency, name="audit-consistency"),
    path("consistency/proof", checkpoints.consistency_file, name="audit-consistency-file"),
]
