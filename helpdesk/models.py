"""Every module that has tables, so that the metadata is whole once this one is imported."""

from . import events
from .accounts import models as accounts
from .accounts.factors import models as factors
from .api import models as api
from .audit import models as audit
from .backups import models as backups
from .database import stamps
from .fields import models as fields
from .health import models as health
from .jobs import models as jobs
from .macros import models as macros
from .mail import models as mail
from .notices import models as notices
from .operations.importing import models as importing
from .people import models as people
from .privacy import models as privacy
from .search import models as search
from .shop import models as shop
from .tickets import counts, tagged
from .tickets import models as tickets
from .views import models as views
from .web import models as web
from .webhooks import models as webhooks

__all__ = [
    "accounts",
    "api",
    "audit",
    "backups",
    "counts",
    "events",
    "factors",
    "fields",
    "health",
    "importing",
    "jobs",
    "macros",
    "mail",
    "notices",
    "people",
    "privacy",
    "search",
    "shop",
    "stamps",
    "tagged",
    "tickets",
    "views",
    "web",
    "webhooks",
]
