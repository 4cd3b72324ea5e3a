"""The indexes: whether what is found is what the tickets say, and what people are called."""

from ... import search
from ...i18n import lazy
from ...people.finding import INDEXES
from ...search.proof import SAMPLE, proof
from .checks import Check, Patient, Said, bad, good

DEEP_SAMPLE = 20 * SAMPLE  # tickets


def index(patient: Patient | None = None) -> Said:
    """Whether the index of words has the words of the tickets."""
    found = proof(DEEP_SAMPLE if patient is not None and patient.is_deep else SAMPLE)
    if found.is_good:
        return good(
            lazy(
                "Tickets in the index of words: %(documents)s; compared word by word:"
                " %(compared)s.",
                documents=found.documents,
                compared=found.compared,
            )
        )
    faults = [
        (found.missing, f"tickets that are not in it: {found.missing}"),
        (found.stray, f"what is in it and of no ticket: {found.stray}"),
        (found.wrong, f"tickets {', '.join(map(str, found.wrong[:5]))} say something else"),
        (not found.is_watched, "nothing notices when words change"),
    ]
    said = "; ".join(sentence for is_so, sentence in faults if is_so)
    return bad(lazy("The index of words is wrong: %(how)s.", how=said), "helpdesk search rebuild")


def rebuild(_patient: Patient) -> str:
    return lazy("The index of words is made anew; tickets in it: %(num)s.", num=search.rebuild())


def names(_patient: Patient | None = None) -> Said:
    """Whether people and companies are found by what they are called."""
    faults = [fault for one in INDEXES for fault in one.faults()]
    if faults:
        return bad(
            lazy("The index of names is wrong: %(how)s.", how="; ".join(faults)),
            "helpdesk search rebuild-names",
        )
    return good(lazy("People and companies are found by what they are called."))


def rebuild_names(_patient: Patient) -> str:
    made = sum(one.make_anew() for one in INDEXES)
    return lazy("The index of names is made anew; people and companies in it: %(num)s.", num=made)


CHECKS = (
    Check("indexes", lazy("search"), index, rebuild),
    Check("indexes", lazy("names"), names, rebuild_names),
)
