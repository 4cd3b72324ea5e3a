"""Reads of people: for staff, and for nobody else."""

from .companies import (
    Workplace,
    companies,
    companies_called,
    company,
    company_choices,
    company_names,
    count_companies,
    latest_tickets,
    people_count,
)
from .merging import Preview, preview, stayed, would_stay
from .notes import note, notes
from .people import (
    Found,
    Person,
    TicketCounts,
    last_seen,
    merged_into,
    people,
    person,
    person_emails,
    person_names,
    status_counts,
    ticket_counts,
)

__all__ = [
    "Found",
    "Person",
    "Preview",
    "TicketCounts",
    "Workplace",
    "companies",
    "companies_called",
    "company",
    "company_choices",
    "company_names",
    "count_companies",
    "last_seen",
    "latest_tickets",
    "merged_into",
    "note",
    "notes",
    "people",
    "people_count",
    "person",
    "person_emails",
    "person_names",
    "preview",
    "status_counts",
    "stayed",
    "ticket_counts",
    "would_stay",
]
