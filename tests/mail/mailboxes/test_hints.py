"""Providers, and what to publish for a domain."""

import pytest

from helpdesk.mail.mailboxes.drafts import MailboxDraft, checked
from helpdesk.mail.mailboxes.hints import hints_for
from helpdesk.mail.mailboxes.presets import PRESETS, preset, preset_for, preset_of_server
from helpdesk.mail.models import ReplyTag


def test_every_provider_makes_a_mailbox(desk):
    for one in PRESETS:
        draft = MailboxDraft(
            name=one.key,
            address="support@shop.example",
            imap_host=one.imap_host,
            imap_port=one.imap_port,
            imap_user="me",
            imap_password="x",
            smtp_host=one.smtp_host,
            smtp_port=one.smtp_port,
            reply_tag=one.reply_tag,
        )
        assert checked(draft)["smtp_host"] == one.smtp_host
    assert len({one.key for one in PRESETS}) == len(PRESETS)
    domains = [domain for one in PRESETS for domain in one.domains]
    assert len(set(domains)) == len(domains)


def test_a_provider_is_found_by_address_and_by_server():
    assert preset_for("Shop@GMX.at").key == "gmx"
    assert preset_for("shop@shop.example") is preset_for("") is None
    assert preset_of_server("smtp.strato.de").key == "strato"
    assert preset_of_server("") is preset_of_server("127.0.0.1") is None
    assert preset("gmail").reply_tag is ReplyTag.PLUS
    assert preset("strato").reply_tag is ReplyTag.SUBJECT


@pytest.mark.parametrize(
    ("host", "record"),
    {
        "smtp.gmail.com": "v=spf1 include:_spf.google.com ~all",
        "smtp.strato.de": "v=spf1 redirect=smtp.strato.de",
        "mail.shop.example": "v=spf1 mx a:mail.shop.example ~all",
        "10.0.0.1": "v=spf1 mx ~all",
        "::1": "v=spf1 mx ~all",
        "localhost": "v=spf1 mx ~all",
        "": "v=spf1 mx ~all",
    }.items(),
)
def test_spf_names_who_sends(host, record):
    found = hints_for("support@shop.example", host)
    assert [one.value for one in found.spf] == [record]
    assert found.is_guess == ("include" not in record and "redirect" not in record)
    assert found.dmarc[0].name == "_dmarc.shop.example"


def test_a_domain_of_other_letters_is_written_as_dns_has_it():
    found = hints_for("support@bücher.example", "smtp.fastmail.com")
    assert found.domain == "xn--bcher-kva.example"
    assert found.dkim[0].name == "fm1._domainkey.xn--bcher-kva.example"
    assert found.dkim[0].value == "fm1.xn--bcher-kva.example.dkim.fmhosted.com"


def test_nothing_is_to_be_done_for_a_providers_own_domain():
    found = hints_for("shop@gmail.com", "smtp.gmail.com")
    assert found.is_providers and not (found.spf or found.dkim or found.dmarc)
