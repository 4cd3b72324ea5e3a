"""Runs in the peer's own Python: ``run.py load OUR_DATABASE`` or ``run.py serve THREADS``."""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")


def load(source: str) -> None:
    """Make the peer's database with our tickets; prints how to sign in, as JSON."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from loading import add_people, copy

    add_people(source)
    copy(source)
    print(json.dumps(_key()))


def _key() -> dict[str, str]:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore
    from rest_framework.authtoken.models import Token

    user = User.objects.filter(is_staff=True).order_by("id").first()
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return {
        "cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}",
        "token": Token.objects.create(user=user).key,
    }


def serve(threads: str) -> None:
    """Answer on a free port until the end, as our server does: waitress with so many threads."""
    from django.core.wsgi import get_wsgi_application
    from waitress.server import create_server

    server = create_server(
        get_wsgi_application(),
        host="127.0.0.1",
        port=0,
        threads=int(threads),
        connection_limit=1000,
    )
    print(f"Ready at http://127.0.0.1:{server.effective_port}", flush=True)
    server.run()


if __name__ == "__main__":
    {"load": load, "serve": serve}[sys.argv[1]](sys.argv[2])
