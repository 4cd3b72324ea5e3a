"""Who is in a dump of osTicket: users, with an organisation perhaps, and staff."""

from datetime import tzinfo
from typing import Any

from ..records import Person
from .cells import moment, number, text
from .staging import Staged


class People:
    """Looks people up by their numbers."""

    def __init__(self, base: Staged, zone: tzinfo) -> None:
        self._base, self._zone = base, zone

    def user(self, user_id: Any) -> Person:
        row = self._base.first(
            "SELECT user.name, user.created, user.org_id, user_email.address FROM user"
            " LEFT JOIN user_email ON user_email.id = user.default_email_id WHERE user.id = ?",
            number(user_id),
        )
        key = f"user-{number(user_id)}"
        if row is None:
            return Person(key=key, email="", name="(deleted)")
        email = text(row["address"])
        if not email:
            query = "SELECT address FROM user_email WHERE user_id = ? ORDER BY id"
            other = self._base.first(query, number(user_id))
            email = text(other["address"]) if other else ""
        query = "SELECT name, domain FROM organization WHERE id = ?"
        company = self._base.first(query, number(row["org_id"]))
        return Person(
            key=key,
            email=email,
            name=text(row["name"]),
            at=moment(row["created"], self._zone),
            company=text(company["name"]) if company else "",
            domains=text(company["domain"]).replace(",", " ").split() if company else (),
        )

    def staff(self, staff_id: Any) -> Person | None:
        if not number(staff_id):
            return None
        row = self._base.first("SELECT * FROM staff WHERE staff_id = ?", number(staff_id))
        if row is None:
            return None
        name = f"{text(row['firstname'])} {text(row['lastname'])}".strip()
        return Person(
            key=f"staff-{number(staff_id)}",
            email=text(row["email"]),
            name=name or text(row["username"]),
            is_staff=True,
            is_active=bool(number(row["isactive"])),
            at=moment(row["created"], self._zone),
        )
