"""What becomes of a mail that came: a ticket, an answer, a note; or it waits for a person.

Filing is one transaction: the ticket, its message and files, and the ledger's word of it, so that
a mail that is filed again after a crash finds that it was, or wasn't, and never half.
"""

from .deciding import file_mail, given_up
from .retrying import retry

__all__ = ["file_mail", "given_up", "retry"]
