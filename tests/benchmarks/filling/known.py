"""What is known of every desk of the benchmarks: who can be asked as, and words to look for."""

import hashlib
from dataclasses import dataclass

PASSWORD = "a lamp in the window"
# That password by argon2, made once, for a real hash has salt that is never the same.
PASSWORD_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$sA7Wyc7zmrSNeFOEAZ2iGw"
    "$8pmIRF0w0lZYSIJOaUdrjculrCzPEVWlA+p/FgCPQwk"
)


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in with PASSWORD, and whose scripts have ``token``."""

    name: str
    email: str
    role: str

    @property
    def token(self) -> str:
        return "hd_" + hashlib.sha256(self.email.encode()).hexdigest()[:43]


ADMIN = Account("Ada Min", "ada@shop.example", "admin")
AGENT = Account("Ben Roth", "ben@shop.example", "agent")
CUSTOMER = Account("Ana Ruiz", "ana@mail.example", "customer")  # has ANAS tickets on every desk
VENDOR = Account("Vera Vendor", "vera@vendor.example", "vendor")
ACCOUNTS = (ADMIN, AGENT, CUSTOMER, VENDOR)

ANAS = 120  # tickets, or an eighth of a small desk's
LONG_EVERY = 1000  # one ticket in so many has LONG public messages, the first of a desk too
LONG = 20


@dataclass(frozen=True)
class Probe:
    """Words in the first message of some tickets: of so many, or of such a share of them."""

    words: str
    tickets: int = 0
    share: float = 0.0
    is_note: bool = False  # in a note instead: nothing that a customer may find


RARE = Probe("quillonade", tickets=5)
SECRET = Probe("Grumblebroth", tickets=3, is_note=True)
COMMON = Probe("delivery", share=0.6)
PHRASE = Probe("the cobalt pendant shade", share=0.005)
ACCENTED = Probe("Crème brûlée", share=0.002)  # is found by "creme brulee"
CJK = Probe("青い檸檬灯", share=0.002)  # is found by "檸檬"
PROBES = (RARE, SECRET, COMMON, PHRASE, ACCENTED, CJK)
