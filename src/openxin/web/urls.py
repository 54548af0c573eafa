"""Where the pages are, and the answers to what none of them answered."""

from django.urls import include, path

from openxin.accounts.links import ENTRANCE
from openxin.web import (
    doorway,
    language,
    log,
    log_in,
    own_grants,
    own_log_ins,
    own_openings,
    own_wards,
    passkeys,
    portal,
    provider,
    token,
    uncaught,
)
from openxin.web.api.app import api

handler400 = uncaught.bad_request
handler500 = uncaught.fault
urlpatterns = [
    path("api/v1/", api.urls),  # first: machines ask more often than people
    path("", doorway.landing, name="landing"),
    path(f"{ENTRANCE}<str:secret>/", doorway.enter, name="enter"),
    path("log-in/", log_in.password, name="log-in"),
    path("log-in/code/", log_in.code, name="log-in-code"),
    path("log-in/set-up/", log_in.set_up, name="log-in-set-up"),
    path("log-in/passkeys/", passkeys.own, name="passkeys"),
    path("log-in/passkeys/add/", passkeys.add, name="passkey-add"),
    path("log-in/passkeys/keep/", passkeys.keep, name="passkey-keep"),
    path("log-in/passkeys/<uuid:passkey>/give-up/", passkeys.give_up, name="passkey-give-up"),
    path("log-in/by/<slug:provider_id>/", provider.leave_for, name="openid_connect_login"),
    path("log-in/by/<slug:provider_id>/back/", provider.come_back, name="openid_connect_callback"),
    path(token.PATH, token.token, name="token"),
    path("log-ins/", own_log_ins.log_ins, name="log-ins"),
    path("log-ins/password/", own_log_ins.password, name="own-password"),
    path("log-ins/<uuid:session>/end/", own_log_ins.end, name="log-in-end"),
    path("records/", portal.records, name="records"),
    path("records/lines/<uuid:line>/proof", portal.line_proof, name="line-proof"),
    path("records/<uuid:own_honour>/opening/", own_openings.say, name="record-opening"),
    path("records/lines/<uuid:looked>/contest/", portal.contest, name="line-contest"),
    path("grants/", own_grants.all_grants, name="grants"),
    path("grants/give/", own_grants.give, name="grant-give"),
    path("grants/<uuid:own_grant>/revoke/", own_grants.revoke, name="grant-revoke"),
    path("wards/", own_wards.wards, name="wards"),
    path("wards/<int:nth>/", own_wards.ward, name="ward"),
    path("desk/", include("openxin.web.desk.urls")),
    path("audit/", include("openxin.web.audit.urls")),
    path("administration/", include("openxin.web.admin_desk.urls")),
    path("enquiries/", include("openxin.web.enquiries.urls")),
    path("leave/", doorway.leave, name="leave"),
    path("ledger/checkpoint", log.checkpoint, name="log-checkpoint"),
    path("ledger/pending", log.pending, name="log-pending"),
    path("ledger/vkey", log.vkey, name="log-key"),
    path("ledger/tile/entries/<path:place>", log.bundle, name="log-bundle"),
    path("ledger/tile/<int:level>/<path:place>", log.tile, name="log-tile"),
    path("ledger/cosignatures", log.cosignatures, name="log-cosignatures"),
    path("ledger/verify.html", log.verifier, name="log-verifier"),
    path("language/", language.choose, name="language"),
]
