"""Where the administrator's pages are."""

from django.urls import path

from openxin.web.admin_desk import accounts, front, machines, organisations

urlpatterns = [
    path("", front.front, name="administration"),
    path("acts/", front.done, name="administration-acts"),
    path("settings/", front.settings_in_use, name="administration-settings"),
    path("accounts/", accounts.listed, name="administration-accounts"),
    path("accounts/find/", accounts.find, name="administration-account-find"),
    path("accounts/new/", accounts.make, name="administration-account-new"),
    path("accounts/<uuid:login>/", accounts.account, name="administration-account"),
    path("accounts/<uuid:login>/roles/", accounts.roles, name="administration-account-roles"),
    path("accounts/<uuid:login>/reset/", accounts.reset, name="administration-account-reset"),
    path("accounts/<uuid:login>/close/", accounts.close, name="administration-account-close"),
    path("machines/", machines.listed, name="administration-machines"),
    path("machines/new/", machines.make, name="administration-machine-new"),
    path("machines/<uuid:client>/", machines.machine, name="administration-machine"),
    path("machines/<uuid:client>/roles/", machines.roles, name="administration-machine-roles"),
    path("machines/<uuid:client>/keys/", machines.keys, name="administration-machine-keys"),
    path("machines/<uuid:client>/close/", machines.close, name="administration-machine-close"),
    path("organisations/", organisations.listed, name="administration-organisations"),
    path("organisations/new/", organisations.make, name="administration-organisation-new"),
    path("organisations/<uuid:id_>/", organisations.organisation, name="administration-organisation"),
    path("organisations/<uuid:id_>/kinds/", organisations.kinds, name="administration-organisation-kinds"),
    path("organisations/<uuid:id_>/close/", organisations.close, name="administration-organisation-close"),
]
