"""What a webhook is sent: signed, in order, at least once, tried again, given up."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from helpdesk import jobs
from helpdesk.accounts.models import DESK
from helpdesk.database import db, transaction
from helpdesk.events import Event
from helpdesk.jobs import leases, presence
from helpdesk.jobs.models import Job
from helpdesk.operations.doctor import webhooks as doctor
from helpdesk.operations.doctor.checks import Patient
from helpdesk.privacy.erasing import erase
from helpdesk.tickets import actions as tickets
from helpdesk.tickets.models import Place, Status
from helpdesk.webhooks import LANE, actions, line, outcomes, queries, sending
from helpdesk.webhooks.models import DeliveryState, Webhook
from helpdesk.webhooks.outcomes import PAUSES
from tests.webhooks.receiver import receiving


class Killed(BaseException):
    """The process is gone at this moment."""


def test_a_reply_is_told_with_its_ticket_signed(desk, hooks, receiver, alice, agent):
    webhook, secret = hooks.make()
    ticket = desk.ticket(alice, "Broken lamp")
    desk.reply(agent, ticket, "Sorry!", status=Status.PENDING)

    hooks.send()

    assert receiver.kinds == ["ticket.opened", "ticket.replied", "ticket.status"]
    assert all(call.is_signed_with(secret) for call in receiver.calls)
    assert not any(call.is_signed_with(secret[:-6] + "AAAAA=") for call in receiver.calls)
    told = receiver.calls[1].json["data"]
    assert told["ticket"]["subject"] == "Broken lamp"
    assert told["message"]["message"] == "Sorry!"
    assert told["event"]["actorName"] == agent.name
    assert receiver.calls[2].json["data"]["event"]["after"] == "pending"
    assert receiver.calls[2].json["data"]["message"] is None
    assert [one.state for one in hooks.deliveries()] == [DeliveryState.DELIVERED] * 3
    assert db.session.get(Webhook, webhook.id).delivered_at is not None


def test_only_what_was_chosen_is_told(desk, hooks, receiver, alice, agent):
    hooks.make("ticket.replied")
    ticket = desk.ticket(alice)
    desk.note(agent, ticket, "A regular")
    desk.reply(agent, ticket)

    hooks.send()

    assert receiver.kinds == ["ticket.replied"]
    assert b"regular" not in receiver.calls[0].body


def test_a_note_is_told_where_notes_were_chosen(desk, hooks, receiver, alice, agent):
    hooks.make("ticket.noted")
    desk.note(agent, desk.ticket(alice), "A regular")

    hooks.send()

    [call] = receiver.calls
    assert call.json["data"]["message"]["message"] == "A regular"
    assert call.json["data"]["message"]["internal"] is True


def test_what_is_rolled_back_is_told_nobody(desk, hooks, receiver, alice):
    hooks.make()
    with pytest.raises(Killed), transaction():
        desk.ticket(alice)
        raise Killed

    hooks.send()

    assert receiver.calls == [] == hooks.deliveries()


def test_it_is_tried_again_with_growing_pauses_and_given_up(desk, hooks, receiver, alice, travel):
    webhook, _secret = hooks.make("ticket.opened")
    receiver.status = 500
    desk.ticket(alice)
    after = 0
    for pause in (0, *PAUSES):
        after += pause
        travel(seconds=after - 1 if after else 0)
        if after:
            hooks.send()  # a second too early
        travel(seconds=after + 1)
        hooks.send()

    assert len(receiver.calls) == len(PAUSES) + 1
    assert len({call.id for call in receiver.calls}) == 1
    assert len({call.body for call in receiver.calls}) == 1
    [delivery] = hooks.deliveries()
    assert delivery.state is DeliveryState.FAILED
    assert [one.status for one in hooks.attempts()] == [500] * len(receiver.calls)
    # Nothing has arrived for a day, so it is paused, and admins are told.
    [ailing] = queries.ailing()
    assert (ailing.id, "500" in ailing.why_paused) == (webhook.id, True)


def test_a_message_that_is_never_taken_pauses_nothing(desk, hooks, receiver, alice, travel):
    hooks.make("ticket.opened")
    bad = desk.ticket(alice, "Poison")
    receiver.on_call = lambda call: receiver.statuses.append(500 if b"Poison" in call.body else 200)
    after = 0
    for pause in (0, *PAUSES):
        after += pause + 1
        travel(seconds=after)
        desk.ticket(alice, "Good")
        hooks.send()
        travel(seconds=after + 61)
        hooks.send()

    states = {one.state for one in hooks.deliveries() if one.ticket_id != bad.id}
    assert states == {DeliveryState.DELIVERED}
    assert [one.state for one in hooks.deliveries() if one.ticket_id == bad.id] == [
        DeliveryState.FAILED
    ]
    assert queries.ailing() == []


def test_what_comes_later_on_a_ticket_waits_for_what_came_before(
    desk, hooks, receiver, alice, agent, travel
):
    hooks.make("ticket.opened", "ticket.replied")
    receiver.statuses = [503]
    one, other = desk.ticket(alice, "One"), desk.ticket(alice, "Other")
    desk.reply(agent, one, "First")
    desk.reply(agent, one, "Second")
    hooks.send()
    assert len(receiver.calls) == 1  # it failed, so the webhook is left alone for a moment
    travel(seconds=6)
    hooks.send()

    told = [
        (call.json["data"]["ticket"]["id"], call.json["data"]["message"]["message"])
        for call in receiver.calls[1:]
    ]
    assert [words for ticket_id, words in told if ticket_id == one.id][1:] == ["First", "Second"]
    assert (other.id, "It is broken.") in told


def test_a_webhook_that_fails_costs_one_attempt_and_not_one_a_ticket(desk, hooks, receiver, alice):
    hooks.make("ticket.opened")
    receiver.status = 500
    for _each in range(5):
        desk.ticket(alice)
        hooks.send()

    assert len(receiver.calls) == 1


def test_another_servers_wish_to_wait_is_granted(desk, hooks, receiver, alice, travel):
    hooks.make("ticket.opened")
    receiver.statuses, receiver.headers = [429], {"Retry-After": "600"}
    desk.ticket(alice)
    hooks.send()
    travel(seconds=590)
    desk.ticket(alice)  # others wait as well
    hooks.send()
    assert len(receiver.calls) == 1
    travel(seconds=602)
    hooks.send()
    assert len(receiver.calls) == 3


def test_410_ends_it(desk, hooks, receiver, alice):
    webhook, _secret = hooks.make("ticket.opened")
    receiver.status = 410
    desk.ticket(alice)
    hooks.send()
    desk.ticket(alice)
    hooks.send()

    assert len(receiver.calls) == 1
    assert db.session.get(Webhook, webhook.id).is_active is False
    assert "410" in queries.ailing()[0].why_paused


@pytest.mark.parametrize("moment", ["post", "note"])
def test_who_dies_while_sending_leaves_it_to_the_next(
    desk, hooks, receiver, alice, travel, monkeypatch, moment
):
    """Killed before the answer is written down: it is sent again, under the same key."""
    hooks.make("ticket.opened")
    desk.ticket(alice)

    def die(*_args, **_options):
        raise Killed

    with monkeypatch.context() as patched:
        # A process that is killed runs nothing any more: no lease is given back either.
        patched.setattr(sending, "_let_go", lambda *_args, **_options: None)
        if moment == "note":
            patched.setattr(sending, "note", die)
        else:
            receiver.on_call = lambda _call: None
            patched.setattr("helpdesk.webhooks.speaking._Timed.makefile", die)
        hooks.send()
    receiver.on_call = lambda _call: None
    assert [one.state for one in hooks.deliveries()] == [DeliveryState.WAITING]
    before = len(receiver.calls)

    for minutes in (2, 10, 20):
        travel(minutes=minutes)
        hooks.send()

    assert [one.state for one in hooks.deliveries()] == [DeliveryState.DELIVERED]
    assert len(receiver.calls) == before + 1
    assert len({call.id for call in receiver.calls}) == 1


def test_only_one_sends_at_a_time(desk, hooks, receiver, alice, travel):
    hooks.make("ticket.opened")
    desk.ticket(alice)
    with desk.app.app_context():
        assert leases.claim(LANE, "another process")  # and it is slow
    desk.ticket(alice)

    hooks.send()
    assert receiver.calls == []

    travel(minutes=6)  # it is not heard of any more
    hooks.send()
    assert len(receiver.calls) == 2


def test_who_was_taken_for_dead_and_is_not_sends_no_more(desk, hooks, receiver, alice):
    webhook, _secret = hooks.make("ticket.opened")
    desk.ticket(alice)
    desk.ticket(alice)

    def take_over(_call):
        with desk.app.app_context(), transaction():
            db.session.get(Webhook, webhook.id).lease = "another"

    receiver.on_call = take_over
    hooks.send()

    assert len(receiver.calls) == 1
    assert {one.state for one in hooks.deliveries()} == {DeliveryState.WAITING}


def test_what_a_killed_server_was_sending_the_next_sends_at_once(desk, hooks, receiver, alice):
    """No lease is waited for: neither the job's nor one of the webhook's own."""
    hooks.make("ticket.opened")
    desk.ticket(alice)
    holder = presence.server_of(desk.app)
    with desk.app.app_context():
        claim = leases.claim(LANE, holder)
        sending._take(claim.payload["webhook"], "of the dead")
        leases.take_over([holder])  # as a start does

    hooks.send()
    assert len(receiver.calls) == 1


def test_a_slow_webhook_holds_up_no_other(desk, hooks, receiver, alice):
    hooks.make("ticket.opened")
    came = threading.Event()
    with receiving() as slow:
        slow.on_call = lambda _call: came.wait(60)
        hooks.make("ticket.opened", url=slow.url, name="Slow")
        receiver.on_call = lambda _call: came.set() if len(receiver.calls) == 3 else None
        worker = jobs.Worker(desk.app, [LANE], every=3600)
        worker.start()
        try:
            for _each in range(3):
                desk.ticket(alice)
            assert came.wait(60)
            assert len(slow.calls) <= 1
        finally:
            came.set()
            assert worker.stop(60)
    order = [call.json["data"]["ticket"]["id"] for call in receiver.calls]
    assert order == sorted(order) and len(order) == 3


def test_old_and_new_secret_sign_for_a_day(desk, hooks, receiver, alice, travel):
    webhook, old = hooks.make("ticket.opened")
    new = actions.rotate(DESK, webhook)
    desk.ticket(alice)
    hooks.send()
    assert receiver.calls[0].is_signed_with(old) and receiver.calls[0].is_signed_with(new)

    travel(hours=25)
    desk.ticket(alice)
    hooks.send()
    assert receiver.calls[1].is_signed_with(new)
    assert not receiver.calls[1].is_signed_with(old)


def test_no_row_has_a_secret_to_read(desk, hooks, alice):
    webhook, secret = hooks.make()
    actions.rotate(DESK, webhook)
    db.session.rollback()

    assert secret not in (webhook.secret, webhook.old_secret)
    told = db.session.query(Event).filter(Event.kind.startswith("webhook.")).all()
    assert [one.kind for one in told] == ["webhook.added", "webhook.secret"]
    assert not any("whsec_" in str(one.after) or "/hook" in str(one.after) for one in told)


def test_a_delivery_is_sent_again_by_a_button_under_its_key(desk, hooks, receiver, alice, travel):
    webhook, secret = hooks.make("ticket.opened")
    desk.ticket(alice)
    hooks.send()
    travel(minutes=5)
    [delivery] = hooks.deliveries()
    actions.replay(DESK, webhook, delivery)
    hooks.send()

    first, second = receiver.calls
    assert (first.id, first.body) == (second.id, second.body)
    assert int(second.headers["webhook-timestamp"]) > int(first.headers["webhook-timestamp"])
    assert second.is_signed_with(secret)


def test_all_that_was_given_up_is_sent_again_in_order(desk, hooks, receiver, alice):
    webhook, _secret = hooks.make("ticket.opened", "ticket.tags")
    ticket = desk.ticket(alice)
    tickets.update(DESK, ticket, tickets.Changes(tags=["a"]))
    with transaction():
        for delivery in hooks.deliveries():
            delivery.state = DeliveryState.FAILED

    assert actions.replay_failed(DESK, webhook) == 2
    hooks.send()

    assert receiver.kinds == ["ticket.opened", "ticket.tags"]


def test_a_paused_webhook_hears_nothing_new_and_keeps_what_waits(desk, hooks, receiver, alice):
    webhook, _secret = hooks.make("ticket.opened")
    desk.ticket(alice, "Before")
    actions.pause(DESK, webhook)
    desk.ticket(alice, "Meanwhile")
    hooks.send()
    assert receiver.calls == []

    actions.resume(DESK, webhook)
    hooks.send()
    assert [call.json["data"]["ticket"]["subject"] for call in receiver.calls] == ["Before"]


def test_a_ticket_that_is_deleted_for_good_leaves_no_words_behind(
    desk, hooks, receiver, alice, admin
):
    hooks.make("ticket.opened", "ticket.purged")
    ticket = desk.ticket(alice, "Secret words")
    hooks.send()
    tickets.place(admin, ticket, Place.BIN)
    tickets.purge(admin, ticket)
    hooks.send()

    assert receiver.kinds == ["ticket.opened", "ticket.purged"]
    assert receiver.calls[1].json["data"]["ticket"] is None
    [left] = hooks.deliveries()
    assert "Secret" not in left.body
    assert len(hooks.attempts()) == 1


def test_what_is_older_than_thirty_days_is_forgotten(desk, hooks, alice, travel):
    hooks.make("ticket.opened")
    desk.ticket(alice)
    hooks.send()
    travel(days=29)
    actions.sweep()
    assert len(hooks.deliveries()) == 1
    travel(days=31)
    actions.sweep()
    assert hooks.deliveries() == [] == hooks.attempts()


def test_a_restored_desk_tells_nothing_twice(desk, hooks, receiver, alice):
    hooks.make("ticket.opened")
    desk.ticket(alice)

    assert actions.calm("The desk was restored.") == 1
    hooks.send()

    assert receiver.calls == []
    assert [one.error for one in hooks.attempts()] == ["The desk was restored."]


def test_a_fault_in_one_body_does_not_stop_the_others(
    desk, hooks, receiver, alice, travel, monkeypatch
):
    hooks.make("ticket.opened")
    desk.ticket(alice, "One")
    words = desk.app.extensions["helpdesk.webhooks.bodies"]

    def stumble(delivery, event):
        if delivery.id == 1:
            raise ValueError("a fault")
        return words(delivery, event)

    monkeypatch.setitem(desk.app.extensions, "helpdesk.webhooks.bodies", stumble)
    desk.ticket(alice, "Two")
    hooks.send()
    travel(seconds=20)
    hooks.send()

    assert [call.json["data"]["ticket"]["subject"] for call in receiver.calls] == ["Two"]
    assert "could not say" in hooks.attempts()[0].error


def test_many_tickets_at_once_ask_for_one_job(desk, hooks, receiver, alice, agent):
    hooks.make("ticket.tags")
    made = [desk.ticket(alice) for _each in range(5)]
    with transaction():
        for ticket in made:
            tickets.update(agent, ticket, tickets.Changes(tags=["lamp"]))

    assert db.session.query(Job).filter_by(kind="webhook.send", state="waiting").count() == 1
    hooks.send()
    assert receiver.kinds == ["ticket.tags"] * 5


def test_nobody_pays_for_webhooks_that_want_something_else(desk, hooks, alice, agent):
    ticket = desk.ticket(alice)
    desk.reply(agent, ticket, "Warm")
    with desk.counted() as without:
        desk.reply(agent, ticket, "One")
    for _each in range(3):
        hooks.make("ticket.purged")
    desk.reply(agent, ticket, "Warm")
    with desk.counted() as with_some:
        desk.reply(agent, ticket, "Two")

    assert len(with_some) <= len(without)


def test_another_secret_key_is_told_as_the_reason(desk, hooks, receiver, alice, monkeypatch):
    hooks.make("ticket.opened")
    desk.ticket(alice)
    monkeypatch.setitem(desk.app.config, "SECRET_KEY", "another key that nobody can guess")
    hooks.send()

    assert receiver.calls == []
    assert "another secret key" in hooks.attempts()[0].error


def test_the_pauses_make_a_day():
    assert timedelta(hours=22) < timedelta(seconds=sum(outcomes.PAUSES)) <= timedelta(days=1)


@pytest.mark.sqlite  # its plans of queries
def test_what_is_next_is_found_from_an_index_however_much_waits(desk, hooks, alice):
    webhook, _secret = hooks.make("ticket.opened")
    desk.ticket(alice)
    asked = []
    sa.event.listen(
        db.engine,
        "before_cursor_execute",
        lambda _c, _k, text, values, *_: asked.append((text, values)),
    )
    db.session.rollback()
    assert line.next_due(webhook.id) is not None

    [(text, values)] = [one for one in asked if "webhook_deliveries" in one[0]]
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
    steps = " ".join(row[3] for row in plan)
    assert "ix_webhook_deliveries_due" in steps
    assert "ix_webhook_deliveries_waiting" in steps
    assert "TEMP B-TREE" not in steps


def test_whoever_is_erased_leaves_no_words_behind(desk, hooks, receiver, alice, bob, agent, admin):
    hooks.make("ticket.opened", "ticket.replied", "ticket.status")
    hers, both, his = desk.ticket(alice, "Hers"), desk.ticket(bob, "Both"), desk.ticket(bob, "His")
    desk.reply(agent, hers, "Dear Alice")
    tickets.follow(agent, both, alice)
    desk.reply(agent, both, "Alice says hello")
    hooks.send()
    assert any("Alice" in one.body for one in hooks.deliveries())
    erase(admin, alice, alice.email)
    jobs.run_due(desk.app, ["privacy"])

    assert {one.ticket_id for one in hooks.deliveries()} == {his.id}
    assert not any("Alice" in one.body for one in hooks.deliveries())


def doctor_says(desk):
    patient = Patient(desk.folder, {})
    patient.settings = desk.app.config["HELPDESK"]
    said = doctor.webhooks(patient)
    return said.level, str(said.sentence)


def test_doctor_tells_what_does_not_arrive_and_what_is_open(desk, hooks, receiver, alice):
    level, sentence = doctor_says(desk)
    assert (level, "127.0.0.0/8" in sentence) == ("warning", True)

    hooks.make("ticket.opened", name="Chat")
    receiver.status = 500
    desk.ticket(alice)
    hooks.send()
    level, sentence = doctor_says(desk)
    assert level == "warning" and sentence.endswith("arrive: Chat. The answer was 500.")


def test_doctor_has_nothing_against_a_desk_without_webhooks(make_desk):
    assert doctor_says(make_desk())[0] == "ok"
