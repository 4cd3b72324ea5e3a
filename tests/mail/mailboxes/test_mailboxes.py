"""Mailboxes: added, changed, paused, removed; and what is asked of them."""

import json
from dataclasses import replace

import pytest
import sqlalchemy as sa

from helpdesk import clock
from helpdesk.accounts.models import DESK
from helpdesk.audit.models import AuditRow
from helpdesk.database import db, transaction
from helpdesk.errors import HelpdeskError, Invalid, NotAllowed, NotFound, WrongState
from helpdesk.events import Event
from helpdesk.mail.mailboxes import actions, queries
from helpdesk.mail.mailboxes.drafts import MailboxDraft
from helpdesk.mail.mailboxes.servers import Server
from helpdesk.mail.models import Mailbox, Outcome, ReceivedMail, ReplyTag, Security, Source

SECRET = "open sesame"
DRAFT = MailboxDraft(
    name="support",
    address="Support@Shop.example",
    sender_name="Lamps & Co",
    signature="Your lamps\r\n",
    imap_host="IMAP.shop.example",
    imap_user="support@shop.example",
    imap_password=SECRET,
    smtp_host="smtp.shop.example",
    smtp_port=587,
    smtp_security=Security.STARTTLS,
    smtp_user="support@shop.example",
    smtp_password=SECRET,
    reply_tag=ReplyTag.PLUS,
)


def events():
    query = sa.select(Event).where(Event.kind.like("mailbox.%")).order_by(Event.id)
    return db.session.scalars(query).all()


def refused(draft, mailbox=None):
    with pytest.raises(Invalid) as error:
        if mailbox is None:
            actions.add(DESK, draft)
        else:
            actions.change(DESK, mailbox, draft)
    return error.value.fields


def test_a_mailbox_is_added_changed_paused_and_removed(desk, admin):
    made = actions.add(admin, DRAFT)
    assert (made.name, made.address, made.imap_host) == (
        "support",
        "support@shop.example",
        "imap.shop.example",
    )
    assert made.is_active and not made.from_settings and made.signature == "Your lamps"
    actions.change(admin, made, replace(DRAFT, sender_name="Lamps", imap_password=""))
    assert (made.sender_name, made.imap_password) == ("Lamps", SECRET)
    with pytest.raises(WrongState, match="Pause"):
        actions.remove(admin, made)
    actions.pause(admin, made)
    actions.pause(admin, made)
    actions.resume(admin, made)
    actions.pause(admin, made)
    actions.remove(admin, made)
    assert queries.mailboxes() == []
    assert [event.kind.removeprefix("mailbox.") for event in events()] == [
        "added",
        "changed",
        "paused",
        "resumed",
        "paused",
        "removed",
    ]
    details = db.session.scalars(sa.select(AuditRow.details).order_by(AuditRow.id))
    trail = [what for what in (json.loads(one).get("what") for one in details) if what]
    assert trail == [event.kind for event in events()]


def test_no_event_has_a_password_but_a_new_one_is_told_of(desk, admin):
    made = actions.add(admin, DRAFT)
    actions.change(admin, made, replace(DRAFT, imap_password="another one"))
    told = json.dumps([(event.before, event.after) for event in events()])
    assert SECRET not in told and "another one" not in told
    assert events()[-1].after["new_passwords"] == ["imap_password"]
    assert SECRET not in repr(queries.imap_of(made)) and SECRET not in repr(queries.smtp_of(made))


def test_saving_it_as_it_is_is_no_event(desk, admin):
    made = actions.add(admin, DRAFT)
    actions.change(admin, made, replace(DRAFT, imap_password="", smtp_password=""))
    assert len(events()) == 1


def test_only_admins(desk, agent, alice, mailbox):
    made = mailbox()
    for actor in (agent, alice):
        for deed in (
            lambda who: actions.add(who, DRAFT),
            lambda who: actions.change(who, made, DRAFT),
            lambda who: actions.pause(who, made),
            lambda who: actions.resume(who, made),
            lambda who: actions.remove(who, made),
            lambda who: queries.get(who, made.id),
        ):
            with pytest.raises(NotAllowed):
                deed(actor)


def test_all_that_is_wrong_is_told_at_once(desk):
    bad = MailboxDraft(
        name="two words",
        address="nobody",
        sender_name="x" * 101,
        category_id=99,
        signature="x" * 2001,
        imap_host="https://imap.shop.example/",
        imap_port=0,
        imap_user="\0",
        imap_folder="IN\r\nBOX",
        smtp_host="smtp shop",
        smtp_port=65_536,
        authserv_id="mx; spf=pass",
    )
    assert set(refused(bad)) == {
        "name",
        "address",
        "sender_name",
        "category_id",
        "signature",
        "imap_host",
        "imap_port",
        "imap_user",
        "imap_password",
        "imap_folder",
        "smtp_host",
        "smtp_port",
        "authserv_id",
    }


@pytest.mark.parametrize(
    ("field", "values"),
    {
        "name": ["", " ", "-x", "a/b", "x" * 41, "nul\0", "\ud800", "ä"],
        "address": ["", "a@b@c", "a b@c.example", "a@b\r\nBcc: c@d.example", "x" * 255, "a@\ud800"],
        "imap_host": ["a b", "a\0b", "a_b.-c", "x" * 254, "x" * 64, "a..b", "host:993", "\ud800"],
        "imap_user": ["", "a\r\nb LOGOUT", "a\0", "x" * 255, "\udfff"],
        "imap_password": ["", "a\r\nb", "a\0", "x" * 501, "\udfff"],
        "imap_password_file": ["secret", "/none/there", "/", "/\0", "/" + "x" * 600, "/dev/zero"],
        "imap_folder": ["", "a\nb", "a\0b", "x" * 201, "\ud800"],
        "smtp_user": ["a\nb"],
        "authserv_id": ["a b", "a;b", "ä"],
    }.items(),
)
def test_what_is_wrong_with_one_field(desk, field, values):
    for value in values:
        draft = replace(DRAFT, **{field: value})
        if field == "imap_password_file":
            draft = replace(draft, imap_password="")
        assert field in refused(draft), value
    assert queries.mailboxes() == []


def test_folders_and_hosts_of_all_languages(desk):
    draft = replace(DRAFT, imap_folder="Eingang/Süd  日本\u0308", imap_host="Bücher.example.")
    made = actions.add(DESK, draft)
    assert made.imap_folder == "Eingang/Süd  日本\u0308"
    assert made.imap_host == "xn--bcher-kva.example."
    actions.change(DESK, made, replace(DRAFT, imap_host="[::1]"))
    assert made.imap_host == "::1"


def test_name_and_address_are_unique(desk, mailbox):
    other = mailbox("sales")
    made = actions.add(DESK, DRAFT)
    both = replace(DRAFT, name="SALES", address="SALES@shop.example")
    assert set(refused(both)) == {"name", "address"}
    assert set(refused(both, made)) == {"name", "address"}
    actions.change(DESK, other, MailboxDraft(name="sales", address="sales@shop.example"))


def test_a_password_does_not_follow_to_another_server(desk):
    made = actions.add(DESK, DRAFT)
    elsewhere = replace(
        DRAFT, imap_host="evil.example", imap_password="", smtp_host="", smtp_password=""
    )
    assert set(refused(elsewhere, made)) == {"imap_password"}
    actions.change(DESK, made, replace(elsewhere, imap_password="new"))
    assert (made.imap_password, made.smtp_password, made.smtp_user) == ("new", "", "")


def test_a_password_can_be_in_a_file(desk, tmp_path):
    file = tmp_path / "password"
    file.write_text("first\n")
    draft = replace(DRAFT, imap_password="", imap_password_file=str(file))
    made = actions.add(DESK, draft)
    assert made.imap_password == ""
    assert queries.imap_of(made).password == "first"
    file.write_text("second")
    assert queries.imap_of(made).password == "second"
    file.unlink()
    with pytest.raises(HelpdeskError, match="no such file"):
        queries.imap_of(made)
    assert "imap_password_file" in refused(replace(draft, imap_password="x"))


def test_only_a_file_with_one_line_outside_of_the_desk_is_a_password(desk, tmp_path):
    for content in (b"", b"\n", b"two\nlines", b"x" * 501, b"x" * 9_999, b"\xff", b"nul\0"):
        file = tmp_path / "password"
        file.write_bytes(content)
        draft = replace(DRAFT, imap_password="", imap_password_file=str(file))
        assert set(refused(draft)) == {"imap_password_file"}
    link = tmp_path / "link"
    link.symlink_to(desk.folder / "secret_key")
    for path in (desk.folder / "secret_key", link):
        draft = replace(DRAFT, imap_password="", imap_password_file=str(path))
        assert "of the desk itself" in str(refused(draft))
    own = desk.folder / "secrets"
    own.mkdir()
    (own / "mail").write_text(SECRET)
    made = actions.add(DESK, replace(DRAFT, imap_password="", imap_password_file=str(own / "mail")))
    assert queries.imap_of(made).password == SECRET


def test_no_secret_of_the_settings_is_sent_to_a_server_that_an_admin_names(make_desk, tmp_path):
    smtp = "smtps://shop:sesame@smtp.shop.example:465"
    desk = make_desk(HELPDESK_SECRET_KEY="k" * 64, HELPDESK_SMTP_URL=smtp)
    assert desk.app.config["SECRET_KEY"] == "k" * 64
    for secret in ("k" * 64, f"{smtp}\n"):
        file = tmp_path / "run-secrets-key"
        file.write_text(secret)
        draft = replace(DRAFT, imap_password="", imap_password_file=str(file))
        assert "a secret of the desk" in str(refused(draft))


def test_what_ailed_sending_is_forgotten_once_it_is_changed(desk):
    made = actions.add(DESK, DRAFT)
    with transaction():
        made.smtp_failing_since, made.smtp_error = clock.now(), "535 no"
    kept = replace(DRAFT, imap_password="", smtp_password="")
    actions.change(DESK, made, replace(kept, signature="Bye"))
    assert [one.id for one in queries.failing()] == [made.id]
    actions.change(DESK, made, replace(DRAFT, imap_password="", smtp_password="the right one"))
    assert not queries.failing() and made.smtp_error == ""


def test_a_mailbox_with_mail_in_the_ledger_stays(desk, mailbox):
    made = mailbox()
    with transaction():
        db.session.add(
            ReceivedMail(
                mailbox_id=made.id,
                source=Source.PIPE,
                arrived_at=clock.now(),
                outcome=Outcome.WAITING,
            )
        )
    actions.pause(DESK, made)
    with pytest.raises(WrongState, match="ledger"):
        actions.remove(DESK, made)
    assert queries.mailboxes(active=False) == [made]


def test_which_mailbox_is_found(make_desk):
    desk = make_desk(HELPDESK_MAIL_FROM="Lamps <Sales@shop.example>")
    assert desk
    assert queries.default() is None
    first = actions.add(DESK, MailboxDraft(name="first", address="first@shop.example"))
    assert queries.default() == first
    sales = actions.add(DESK, MailboxDraft(name="sales", address="sales@shop.example"))
    assert queries.default() == sales
    actions.pause(DESK, sales)
    assert (queries.default(), queries.active()) == (first, [first])
    assert queries.by_name(" Sales ") == sales and queries.by_name("none") is None
    assert queries.by_address("SALES+abc@shop.example") == sales
    assert queries.by_address("sale@shop.example") is None
    assert queries.get(DESK, sales.id) == sales
    for missing in (0, -1, 99, 2**70):
        with pytest.raises(NotFound):
            queries.get(DESK, missing)


def test_which_addresses_are_ours(make_desk):
    make_desk(HELPDESK_MAIL_FROM="desk@shop.example")
    plus = actions.add(DESK, MailboxDraft(name="a", address="a+b@shop.example"))
    actions.pause(DESK, plus)
    for ours in ("desk@shop.example", "DESK+token@Shop.example", "a+b@shop.example"):
        assert queries.is_own(ours)
    for theirs in ("a@shop.example", "desk@other.example", "", "@", "+@", "x+desk@shop.example"):
        assert not queries.is_own(theirs)
    assert queries.own_addresses() == {"desk@shop.example", "a+b@shop.example"}


def test_what_sends(desk, mailbox):
    silent = mailbox("silent")
    assert queries.smtp_of(silent) is queries.smtp_of(None) is None
    assert not queries.sending_is_set_up()
    made = mailbox("support", smtp_host="smtp.shop.example")
    assert queries.sending_is_set_up()
    assert queries.smtp_of(made) == Server(
        "smtp.shop.example", 465, Security.TLS, "support@shop.example", SECRET
    )
    actions.pause(DESK, made)
    assert not queries.sending_is_set_up()
    assert queries.imap_of(made) is None


def test_the_settings_send_where_a_mailbox_does_not(make_desk):
    make_desk(HELPDESK_SMTP_URL="smtp://me:p%40ss@mail.shop.example")
    assert queries.sending_is_set_up()
    expected = Server("mail.shop.example", 587, Security.STARTTLS, "me", "p@ss")
    made = actions.add(DESK, MailboxDraft(name="support", address="support@shop.example"))
    assert queries.smtp_of(None) == queries.smtp_of(made) == expected


def test_a_mailbox_of_another_time_is_kept_whole(desk, mailbox):
    """A category that was deleted meanwhile is no reason not to save the rest."""
    lamps = desk.category("Lamps")
    made = mailbox(category_id=lamps.id)
    with transaction():
        lamps.deleted_at = clock.now()
    actions.change(
        DESK,
        made,
        MailboxDraft(name="support", address="support@shop.example", category_id=lamps.id),
    )
    assert db.session.get(Mailbox, made.id).category_id == lamps.id
