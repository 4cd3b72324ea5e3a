"""Finding companies by pieces of their names and domains."""

import sqlalchemy as sa

from ..accounts.finding import NAMES
from ..database import Parts
from ..words import fold
from .models import Company

COMPANY_NAMES = Parts(
    "company_parts",
    "companies",
    ("name_folded",),
    "companies.name_folded || ' ' || coalesce((SELECT group_concat(domain, ' ')"
    " FROM company_domains WHERE company_id = companies.id), '')",
    beside=("company_domains", "company_id", ("domain",)),
)
INDEXES = (NAMES, COMPANY_NAMES)  # of the names of people and of where they work


def companies_named(word: str) -> sa.Select[int]:
    """The ids of companies with *word* in their name."""
    query = sa.select(Company.id).where(Company.name_folded.contains(fold(word), autoescape=True))
    ids = COMPANY_NAMES.ids([{fold(word)}])
    return query if ids is None else query.where(Company.id.in_(ids))
