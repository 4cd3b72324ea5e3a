"""What ``helpdesk doctor`` says of the index of words."""

from ..search.proof import proof


def index() -> tuple[str, str]:
    """Whether what is found is what the tickets say."""
    found = proof()
    if found.is_good:
        return "ok", (
            f"The index of words has {found.documents} documents; those of {found.compared} "
            "tickets were compared, word by word."
        )
    faults = [
        (found.missing, f"{found.missing} tickets are not in it"),
        (found.stray, f"{found.stray} of its documents are of no ticket"),
        (found.wrong, f"tickets {', '.join(map(str, found.wrong[:5]))} say something else"),
        (not found.is_watched, "nothing notices when words change"),
    ]
    said = "; ".join(sentence for is_so, sentence in faults if is_so)
    return "error", f"The index of words is wrong: {said}. `helpdesk search rebuild` mends it."
