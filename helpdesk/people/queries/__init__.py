"""Reads of people: for staff, and for nobody else."""

from .companies import Workplace, companies, company, count_companies, people_count
from .notes import note, notes
from .people import (
    Found,
    Person,
    TicketCounts,
    last_seen,
    merged_into,
    people,
    person,
    ticket_counts,
)

__all__ = [
    "Found",
    "Person",
    "TicketCounts",
    "Workplace",
    "companies",
    "company",
    "count_companies",
    "last_seen",
    "merged_into",
    "note",
    "notes",
    "people",
    "people_count",
    "person",
    "ticket_counts",
]
