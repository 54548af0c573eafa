"""Where the auditor's pages are."""

from django.urls import path

from openxin.web.audit import alerts, checkpoints, figures, front, ledger, policy, warrants

urlpatterns = [
    path("", front.front, name="audit"),
    path("ledger/", ledger.entries, name="audit-ledger"),
    path("ledger/<int:seq>/", ledger.entry, name="audit-entry"),
    path("ledger/<int:seq>/proof", ledger.proof, name="audit-proof"),
    path("checkpoints/", checkpoints.listed, name="audit-checkpoints"),
    path("checkpoints/<int:size>", checkpoints.checkpoint, name="audit-checkpoint"),
    path("consistency/", checkpoints.consistency, name="audit-consistency"),
    path("consistency/proof", checkpoints.consistency_file, name="audit-consistency-file"),
    path("policy/", policy.policy, name="audit-policy"),
    path("policy/access.cedar", policy.text, name="audit-policy-text"),
    path("alerts/", alerts.listed, name="audit-alerts"),
    path("alerts/<uuid:alert>/seen/", alerts.seen, name="audit-alert-seen"),
    path("contests/<uuid:contest>/answer/", alerts.answer, name="audit-contest-answer"),
    path("figures/", figures.figures, name="audit-figures"),
    path("warrants/", warrants.listed, name="audit-warrants"),
    path("warrants/<uuid:warrant>/<int:number>/", warrants.opened, name="audit-warrant-open"),
]
