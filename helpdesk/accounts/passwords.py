"""Passwords: argon2id with OWASP's parameters; the common ones are refused."""

import threading
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from ..i18n import gettext as _
from ..text import Fields, storable

SHORTEST, LONGEST = 8, 200  # characters

# 19 MiB, 2 passes, 1 lane: the OWASP recommendation that is kind to a small machine's memory.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Each verification takes its 19 MiB: a flood of sign-ins must not take the machine's memory.
_two_at_a_time = threading.BoundedSemaphore(2)


@cache
def _common() -> frozenset[str]:
    path = Path(__file__).with_name("common_passwords.txt")
    return frozenset(path.read_text(encoding="utf-8").split("\n"))


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("the password of nobody")


def check(fields: Fields, field: str, password: str, *, email: str = "") -> None:
    """Add to *fields* what is wrong with *password* as a new one."""
    if not storable(password):
        fields.add(field, _("This password has characters that can't be kept."))
    elif len(password) < SHORTEST:
        fields.add(field, _("A password has at least %(n)s characters.", n=SHORTEST))
    elif len(password) > LONGEST:
        fields.add(field, _("A password has at most %(n)s characters.", n=LONGEST))
    elif password.casefold() in _common() or len(set(password)) < 3:
        fields.add(field, _("This password is too common. Please choose another one."))
    elif email and password.casefold() in (email, email.partition("@")[0]):
        fields.add(field, _("Your e-mail address is not a good password."))


def hashed(password: str) -> str:
    """The argon2id hash of *password*, its parameters and salt included."""
    with _two_at_a_time:
        return _hasher.hash(password)


def verify(password_hash: str | None, password: str) -> bool:
    """Whether *password* is the one behind *password_hash*.

    Takes as long where there is no hash: an unknown user can't be told from a wrong password.
    """
    if len(password) > LONGEST or not storable(password):
        password = "never the right one"  # noqa: S105 — costs the same time as a real one
        password_hash = None
    with _two_at_a_time:
        try:
            matches = _hasher.verify(password_hash or _nobodys_hash(), password)
        except (Argon2Error, InvalidHashError):
            return False
    return matches and password_hash is not None
