"""What mails are called on pages: outcomes, ways, states."""

from ..i18n import lazy
from ..mail.models import MailKind, Outcome, Sending, Source

OUTCOME_WORDS = {
    Outcome.WAITING: lazy("Waiting"),
    Outcome.TICKET: lazy("New ticket"),
    Outcome.REPLY: lazy("Reply"),
    Outcome.NOTE: lazy("Note, not proven"),
    Outcome.BOUNCE: lazy("Of a mail of ours that came back"),
    Outcome.IGNORED: lazy("Ignored"),
    Outcome.DUPLICATE: lazy("Here already"),
    Outcome.HELD: lazy("Held"),
    Outcome.FAILED: lazy("Failed"),
}
OUTCOME_LOOKS = {Outcome.HELD: "warn", Outcome.FAILED: "bad", Outcome.NOTE: "warn"}
SOURCE_WORDS = {
    Source.IMAP: lazy("fetched from a mailbox"),
    Source.PIPE: lazy("handed over by a mail server"),
    Source.HOOK: lazy("sent by a provider"),
    Source.IMPORT: lazy("brought along by an import"),
}
STATE_WORDS = {
    Sending.WAITING: lazy("Waiting"),
    Sending.SENDING: lazy("Being sent"),
    Sending.SENT: lazy("Sent"),
    Sending.UNCERTAIN: lazy("Not sure whether it arrived"),
    Sending.FAILED: lazy("Did not arrive"),
    Sending.CANCELLED: lazy("Not sent"),
}
STATE_LOOKS = {Sending.UNCERTAIN: "warn", Sending.FAILED: "bad"}
KIND_WORDS = {
    MailKind.RECEIVED: lazy("We have your request"),
    MailKind.ANSWERED: lazy("Answer"),
    MailKind.RESOLVED: lazy("Your request is solved"),
    MailKind.NOTICE: lazy("Notice to staff"),
    MailKind.DIGEST: lazy("Digest for staff"),
    MailKind.ACCOUNT: lazy("About an account"),
    MailKind.TEST: lazy("Test"),
}
