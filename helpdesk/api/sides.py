"""The three kinds of caller, and what the API's paths and sentences call them."""

from dataclasses import dataclass

from ..accounts.models import STAFF as STAFF_ROLES
from ..accounts.models import Role
from ..tickets.models import Attachment

PREFIX = "/backend/api/api"


@dataclass(frozen=True)
class Side:
    """A kind of caller. *tickets* is the part of the path that their tickets are under."""

    name: str
    tickets: str
    roles: frozenset[Role]

    def words(self, template: str) -> str:
        """*template* with ``{name}``, ``{Name}`` and ``{tickets}`` filled in."""
        return (
            template.replace("{name}", self.name)
            .replace("{Name}", self.name.capitalize())
            .replace("{tickets}", self.tickets)
        )

    @property
    def files(self) -> str:
        """What the address of every file that this side gets begins with."""
        return f"{PREFIX}/{self.tickets}/attachment/"

    def file_path(self, attachment: Attachment) -> str:
        """Where this side gets *attachment* (the ``filePath`` of API.md)."""
        return self.files + attachment.key


CUSTOMER = Side("customer", "customer-support-ticket", frozenset({Role.CUSTOMER}))
VENDOR = Side("vendor", "vendor-support-ticket", frozenset({Role.VENDOR}))
STAFF = Side("staff", "support-ticket", frozenset(STAFF_ROLES))
ADMIN = Side("admin", "support-ticket", frozenset({Role.ADMIN}))
REQUESTERS = (CUSTOMER, VENDOR)
EVERYBODY = (CUSTOMER, VENDOR, STAFF)
