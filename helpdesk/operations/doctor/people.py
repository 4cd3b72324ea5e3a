"""Who can look after the desk, and who else can."""

import sqlalchemy as sa

from ...accounts.factors import rules
from ...accounts.factors.overview import of_staff
from ...accounts.models import DESK, Role, User
from ...accounts.queries import has_admin
from ...database import db
from ...i18n import lazy
from .checks import Check, Patient, Said, good, warn

_DEMO = ("admin@demo.example", "agent@demo.example")


def admin(_patient: Patient) -> Said:
    """Whether somebody can look after the desk."""
    if has_admin():
        return good(lazy("There is an admin."))
    return warn(
        lazy("There is no admin: open the set-up address that `serve` prints, or make one."),
        "helpdesk user add EMAIL --name NAME --role admin",
    )


def second_step(_patient: Patient) -> Said:
    """Whether those have a second step at signing in of whom the shop wants one."""
    whom = rules.required_for()
    if whom is rules.Whom.NOBODY:
        return good(lazy("Nobody has to have a second step at signing in."))
    admins = [one for one in of_staff(DESK) if one.role is Role.ADMIN]
    if admins and not any(one.is_on for one in admins):
        return warn(
            lazy(
                "A second step at signing in is required, and no admin has one yet: who knows an"
                " admin's password first sets it up."
            )
        )
    return good(lazy("A second step at signing in is required, and an admin has one."))


def demo(patient: Patient) -> Said:
    """Whether the accounts of the demo shop are in a desk that others can open."""
    query = sa.select(sa.func.count()).where(User.email.in_(_DEMO), User.disabled_at.is_(None))
    if not db.session.scalar(query):
        return good(lazy("There is no demo data."))
    if "localhost" in patient.settings.base_url or "127.0.0.1" in patient.settings.base_url:
        return good(lazy("This is a demo shop, which only this machine can open."))
    return warn(
        lazy(
            "The accounts of the demo shop are active at %(url)s: its logins were printed for"
            " whoever looked.",
            url=patient.settings.base_url,
        ),
        "helpdesk user disable admin@demo.example",
    )


CHECKS = (
    Check("people", lazy("admin"), admin),
    Check("people", lazy("second step"), second_step),
    Check("people", lazy("demo data"), demo),
)
