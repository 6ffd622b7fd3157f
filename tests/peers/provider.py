"""django-oauth-toolkit as an independent OAuth 2.0 provider: one process, one SQLite file, loopback only."""
import json
import os
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings

PORT, DATABASE = int(sys.argv[1]), sys.argv[2]

# Client ids of the applications that people sign in to.
PEOPLE = {}

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATABASE}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "oauth2_provider"],
    MIDDLEWARE=[f"{__name__}.signed_in"],
    OAUTH2_PROVIDER={
        "ACCESS_TOKEN_EXPIRE_SECONDS": 1800,
        "ROTATE_REFRESH_TOKEN": True,
        "REFRESH_TOKEN_REUSE_PROTECTION": True,
        "SCOPES": {"read": "Read", "write": "Write", "introspection": "Introspect"},
        "DEVICE_FLOW_INTERVAL": 1,
        "OAUTH_DEVICE_VERIFICATION_URI": f"http://127.0.0.1:{PORT}/o/device/",
        "PKCE_REQUIRED": lambda client_id: client_id == PEOPLE.get("browser"),
    },
    PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"],
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.urandom(32).hex(),
    USE_TZ=True,
)
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import include, path  # noqa: E402
from oauth2_provider.models import get_application_model  # noqa: E402

urlpatterns = [path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))]


def signed_in(get_response):
    """Whoever opens a page here is the one user: there is no sign-in form to fill in."""

    def answer(request):
        request.user = get_user_model().objects.get(username=os.environ["PROVIDER_USER"])
        return get_response(request)

    return answer


def public(name, grant, user, **more):
    """A public client, as programs on people's machines are (RFC 8252 8.4)."""
    made = get_application_model().objects.create(
        name=name, user=user, client_type="public", authorization_grant_type=grant, skip_authorization=True, **more
    )
    PEOPLE[name] = made.client_id
    return {"id": made.client_id, "secret": ""}


def client(name, grant, user):
    """A confidential client; its secret is printed once and kept hashed."""
    model = get_application_model()
    secret = os.urandom(24).hex()
    made = model.objects.create(
        name=name, user=user, client_type="confidential", authorization_grant_type=grant, client_secret=secret
    )
    return {"id": made.client_id, "secret": secret}


class Quiet(WSGIRequestHandler):
    """Without a line per request."""

    def log_message(self, *_):
        pass


call_command("migrate", verbosity=0)
user = get_user_model().objects.create_user(os.environ["PROVIDER_USER"], password=os.environ["PROVIDER_PASSWORD"])
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
clients = {
    "machine": client("machine", "client-credentials", user),
    "person": client("person", "password", user),
    "browser": public("browser", "authorization-code", user, redirect_uris="http://127.0.0.1"),
    "device": public("device", DEVICE, user),
}
print(json.dumps(clients))
sys.stdout.flush()
make_server("127.0.0.1", PORT, get_wsgi_application(), handler_class=Quiet).serve_forever()
