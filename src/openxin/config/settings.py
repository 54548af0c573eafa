"""What Django gets. The environment is read in `environment.py`, once; nothing here exists only in production.

Languages: Chinese first, English complete beside it. Transactions belong to the verbs, so `ATOMIC_REQUESTS` stays off.
"""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from openxin.config import environment
from openxin.config.logs import LOGGING_CONFIGURATION
from openxin.operations.databases import ALIASES, database
from openxin.operations.installation import Installation
from openxin.operations.secrets import web_secret

_INSTALLATION: Installation = environment.read()

OPENXIN_INSTALLATION = _INSTALLATION
OPENXIN_HOME: Path = _INSTALLATION.home
OPENXIN_KEYS: Path = _INSTALLATION.keys
OPENXIN_SYNTHETIC: bool = _INSTALLATION.synthetic
OPENXIN_PARTITIONS: int = _INSTALLATION.partitions
OPENXIN_CATALOGUE: Path | None = _INSTALLATION.catalogue
OPENXIN_APP_ROLE: str = _INSTALLATION.role_name("app")
OPENXIN_INTAKE_ROLE: str = _INSTALLATION.role_name("intake")
OPENXIN_IDENTITY_VERIFIER_URL: str = _INSTALLATION.identity_verifier_url
OPENXIN_IDENTITY_VERIFIER_TOKEN_FILE: Path | None = _INSTALLATION.identity_verifier_token_file
OPENXIN_IDENTITY_VERIFIER_TIMEOUT_S: float = _INSTALLATION.identity_verifier_timeout_s
OPENXIN_PUBLIC_URL: str = _INSTALLATION.public_url

DATABASES = {alias: database(_INSTALLATION, role) for alias, role in ALIASES.items()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Before `init` there is no secret; then nothing that a secret protects exists either.
SECRET_KEY = web_secret(OPENXIN_KEYS) or secrets.token_urlsafe(50)
DEBUG = False
# `serve` listens on loopback only. Where people come from elsewhere, a proxy on this machine ends TLS and says so in a header,
# which it must set itself whatever the browser sent.
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
if OPENXIN_PUBLIC_URL:
    ALLOWED_HOSTS.append(urlsplit(OPENXIN_PUBLIC_URL).hostname or "")
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [OPENXIN_PUBLIC_URL]
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "openxin.ledger",
    "openxin.people",
    "openxin.records",
    "openxin.notices",
    "openxin.disclosure",
    "openxin.intake",
    "openxin.accounts",
    "openxin.web",
]
AUTH_USER_MODEL = "accounts.User"
# django-axes asks first whether anybody is let in under this name now; its own tables stay empty (`accounts/lockout.py`).
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "openxin.accounts.officials.ByPassword"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AXES_HANDLER = "openxin.accounts.lockout.Handler"
AXES_USERNAME_FORM_FIELD = "username"  # what our `authenticate` is given; its own guess would be the key of the table
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "openxin.accounts.lockout.no_address"

# django-allauth speaks OpenID Connect with the provider of the city, and does nothing else: it keeps no account, no e-mail
# address and no claim, and the application has no right on any of its tables (`accounts/provider.py`).
SOCIALACCOUNT_ADAPTER = "openxin.accounts.provider.CityProvider"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form that leads to another site is what our policy of forms refuses
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "openxin.web.headers.SafeHeaders",
    "openxin.web.api.entrance.ApiOnly",
    "openxin.web.language.ChosenLanguage",  # before the session: that it cannot be kept is said in the language chosen, too
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "openxin.web.own_log_ins.OpenSessionsOnly",
    "openxin.web.standing.ToTheLogIn",
    "openxin.web.faults.NoLineNoReading",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "openxin.web.urls"
WSGI_APPLICATION = "openxin.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
            ]
        },
    }
]

# No form takes a file but those of `receiving`: Django's own way writes it in clear into the temporary folder.
FILE_UPLOAD_HANDLERS = ["openxin.web.desk.receiving.NoFiles"]
# The largest body that is held in memory: rows as JSON (`web.api.formats` says so before one is read), and forms.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # straight from the package: no step between installing and serving that can be forgotten

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_SAVE_EVERY_REQUEST = True  # the half hour after which a log-in ends (`web/doorway.py`) runs from the last page
CSRF_COOKIE_HTTPONLY = True
# Nothing for other sites. Not "no-referrer": browsers then send forms with the origin "null", which the check of forms refuses.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING_CONFIG = "openxin.config.logs.configure"
LOGGING = LOGGING_CONFIGURATION | {"folder": OPENXIN_HOME / "logs"}
