"""The entry of the web server: the one place where connections are pooled, since only here many threads share a process.

The server's worker is a process of its own: it loads the keys itself.
"""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from openxin.vault import keyring

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openxin.config.settings")
settings.DATABASES["default"]["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}
keyring.use(settings.OPENXIN_KEYS)
application = get_wsgi_application()
