"""Lines over a quote that say whose it is, in the languages that people write mails in."""

import re
from collections.abc import Sequence
from functools import cache

from mailparser_reply.constants import MAIL_LANGUAGES

_MARKER = re.compile(r"##\s*[—–-].{3,120}[—–-]\s*##")
_LONGEST = 200  # characters of one line, 300 of three: the patterns take the square of it
_MOST = 50  # lines of a mail that are tried
_ORIGINAL = re.compile(
    r"[-_=*\s]{4,40}(?:original message|original appointment|ursprüngliche nachricht|"
    r"urspr\. nachricht|originalnachricht|message d.origine|message original|mensaje original|"
    r"mensagem original|messaggio originale|oorspronkelijk bericht|originalmeddelande|"
    r"oprindelig meddelelse|opprinnelig melding|alkuperäinen viesti|wiadomość oryginalna|"
    r"původní zpráva|исходное сообщение|原始邮件|元のメッセージ|원본 메시지)[-_=*\s]{0,40}",
    re.IGNORECASE,
)
# What the package's patterns leave out or (Spanish) never match.
_OWN = (
    r"el\b.{5,}\bescribió\s?:",
    r"op\b.{5,}\bschreef\b.{0,120}:",
    r"\d{4}年\d{1,2}月\d{1,2}日.{3,}(?:写道|寫道|<.{3,}>)\s?[:：]",
    r"\d{4}년 ?\d{1,2}월.{3,}(?:작성|씀)\s?[:：]",
    r"em\b.{5,}\bescreveu\s?:",
    r"(?:den|på)\b.{5,}\bskrev\b.{0,80}:",
    r".{2,}\bschrieb(?: am\b.{3,}| folgendes)?\s?:",
    r".{2,}\bkirjoitti\b.{0,60}:",
    r".{2,}\b(?:пишет|писал|написал)(?:\(а\)|а)?\s?:",
    r"\d{4}/\d{1,2}/\d{1,2}.{3,}<.{3,}>\s?:",
)
_FROM = re.compile(
    r"[>*\s]{0,10}(?:from|von|de|da|van|od|från|fra|lähettäjä|от|发件人|寄件者|差出人|보낸 ?사람)"
    r"\s?\*?\s?[:：]\s?\*?\s?\S",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"[>*\s]{0,10}(?:sent|date|to|cc|subject|reply-to|gesendet|datum|an|betreff|envoyé|à|objet|"
    r"enviado|enviado el|fecha|para|asunto|data|assunto|inviato|a|oggetto|verzonden|aan|onderwerp|"
    r"skickat|till|ämne|sendt|til|emne|dato|kopi|kopia|wysłano|do|temat|odesláno|komu|předmět|"
    r"lähetetty|vastaanottaja|aihe|отправлено|дата|кому|тема|发送时间|日期|收件人|主题|抄送|"
    r"日時|送信日時|宛先|件名|보낸 ?날짜|받는 ?사람|제목)\s?\*?\s?[:：]",
    re.IGNORECASE,
)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    found = [words["wrote_header"] for words in MAIL_LANGUAGES.values() if "wrote_header" in words]
    own = [rf"^{pattern}$" for pattern in _OWN]
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in (*found, *own))


@cache
def sent_from() -> re.Pattern[str]:
    """A line that a telephone puts under everything."""
    found = [words.get("sent_from", "") for words in MAIL_LANGUAGES.values()]
    own = (r"von meinem .{2,40} gesendet", r"sent (?:from|via|with) .{2,60}", r"get outlook for .+")
    either = "|".join(pattern for pattern in (*found, *own) if pattern)
    return re.compile(rf"(?:{either})(?:[\w .,()'<>:/&-]{{0,80}})", re.IGNORECASE)


def is_marker(line: str) -> bool:
    return len(line) <= _LONGEST and bool(_MARKER.search(line))


def is_original(line: str) -> bool:
    return len(line) <= _LONGEST and bool(_ORIGINAL.fullmatch(line.strip()))


def is_block(lines: Sequence[str], index: int) -> bool:
    """Whether "From: … Sent: … To: … Subject: …" begins at *index*."""
    if not _FROM.match(lines[index][:_LONGEST]):
        return False
    near = [line[:_LONGEST] for line in lines[index + 1 : index + 8] if line.strip()]
    return sum(bool(_OTHER.match(line)) for line in near[:6]) >= 2


def attributions(lines: Sequence[str]) -> dict[int, int]:
    """Where "On … wrote:" begins → the line after it; programs break it over up to three lines."""
    found: dict[int, int] = {}
    tried = 0
    for index, line in enumerate(lines):
        bare = line.strip()
        if not bare.endswith((":", "：")) or len(line) > _LONGEST or bare.startswith(">"):
            continue
        tried += 1
        if tried > _MOST:
            break
        if begin := _begin(lines, index):
            found[index - begin + 1] = index + 1
    return found


def _begin(lines: Sequence[str], index: int) -> int:
    """Of how many lines that end with *index* the attribution is; 0 when it is none."""
    for count in (1, 2, 3):
        if index - count + 1 < 0:
            return 0
        parts = [line.strip() for line in lines[index - count + 1 : index + 1]]
        joined = " ".join(parts)
        if len(joined) > 300 or not parts[0]:
            return 0
        if any(pattern.match(joined) for pattern in _patterns()):
            return count
    return 0
