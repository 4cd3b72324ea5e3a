"""What ``helpdesk doctor`` says of the index of names."""

from ..people.finding import INDEXES


def names() -> tuple[str, str]:
    """Whether people and companies are found by what they are called."""
    faults = [fault for index in INDEXES for fault in index.faults()]
    if faults:
        said = "; ".join(faults)
        return "error", (
            f"The index of names is wrong: {said}. `helpdesk search rebuild-names` mends it."
        )
    return "ok", "People and companies are found by what they are called."
