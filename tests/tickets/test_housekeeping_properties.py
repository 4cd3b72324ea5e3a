"""Whatever is merged, split, moved, deleted and undone, in any order: no word is lost, and nobody
reads what only another could, but where somebody moves a ticket to them on purpose."""

from dataclasses import fields

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from helpdesk.accounts.models import DESK
from helpdesk.database import db
from helpdesk.errors import HelpdeskError
from helpdesk.events import Event
from helpdesk.tickets import actions, queries
from helpdesk.tickets.actions.recounting import Repeated, repeated
from helpdesk.tickets.actions.undoing import UNDOS
from helpdesk.tickets.models import Attachment, Message, Place, Ticket

pick = st.integers(0, 50)


def machine(desk, desks):
    class Housekeeping(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            db.session.remove()
            if db.engine.dialect.name == "sqlite":  # its file is another one then
                db.engine.dispose()
            desks.renew(desk.folder)
            self.desk = desk
            self.people = [self.desk.user("customer") for _ in range(2)]
            self.agent = self.desk.user("agent")
            self.known = {person.id: set() for person in self.people}
            self.messages, self.files = set(), set()
            self.happened = True
            self.told = {}  # what each ticket was found to say rightly, by its messages
            for person in self.people * 2:
                self.open_(person)
            self._learn()

        # What happens.

        @rule(who=pick)
        def opens(self, who):
            self.open_(self.people[who % 2])

        @rule(ticket=pick, by_staff=st.booleans())
        def writes(self, ticket, by_staff):
            ticket = self.ticket(ticket)
            actor = self.agent if by_staff else self.requester(ticket)
            with_file = [self.desk.file()] if by_staff else []
            if self.tried(lambda: self.desk.reply(actor, ticket, "Words", with_file)):
                self._added()

        @rule(ticket=pick)
        def notes(self, ticket):
            ticket = self.ticket(ticket)
            if self.tried(lambda: self.desk.note(self.agent, ticket, "Note")):
                self._added()

        @rule(source=pick, into=pick)
        def merges(self, source, into):
            self.tried(lambda: actions.merge(self.agent, [self.ticket(source)], self.ticket(into)))

        @rule(message=pick, following=st.booleans())
        def splits(self, message, following):
            found = db.session.scalars(sa.select(Message).order_by(Message.id)).all()
            one = found[message % len(found)]
            self.tried(lambda: actions.split(self.agent, one, "Split", following=following))

        @rule(ticket=pick, where=st.sampled_from([Place.INBOX, Place.SPAM, Place.BIN]))
        def places(self, ticket, where):
            self.tried(lambda: actions.place(self.agent, self.ticket(ticket), where))

        @rule(ticket=pick, who=pick)
        def moves(self, ticket, who):
            self.tried(lambda: actions.move(self.agent, self.ticket(ticket), self.people[who % 2]))
            self._learn()  # that is what moving is for

        @rule(back=pick)
        def undoes(self, back):
            query = sa.select(Event.batch).where(Event.kind.in_(UNDOS))
            batches = list(dict.fromkeys(db.session.scalars(query.order_by(Event.id.desc()))))
            if batches:
                self.tried(lambda: actions.undo(self.agent, batches[back % len(batches)]))

        # What always holds.

        @invariant()
        def nothing_is_lost(self):
            assert set(db.session.scalars(sa.select(Message.id))) == self.messages
            assert set(db.session.scalars(sa.select(Attachment.id))) == self.files

        @invariant()
        def nobody_reads_what_only_another_could(self):
            if not self.happened:  # it was refused, and nothing is lost: they read what they did
                return
            self.happened = False
            for person in self.people:
                assert self.readable(person) <= self.known[person.id]

        @invariant()
        def a_ticket_tells_what_its_messages_say(self):
            files = sa.select(sa.func.count()).where(Attachment.message_id == Message.id)
            query = sa.select(
                Message.id, Message.ticket_id, Message.internal, files.scalar_subquery()
            )
            messages = db.session.execute(query.order_by(Message.id)).all()
            tickets = db.session.scalars(sa.select(Ticket)).all()
            merged = {ticket.id: ticket.merged_into_id for ticket in tickets}
            for ticket in tickets:
                own = [message for message in messages if message.ticket_id == ticket.id]
                tells = {field.name: getattr(ticket, field.name) for field in fields(Repeated)}
                seen = own, tells, ticket.requester_id, merged
                if self.told.get(ticket.id) != seen:
                    assert vars(repeated(ticket)) == tells, ticket.id
                    self.told[ticket.id] = seen

        @invariant()
        def a_merged_ticket_is_empty_and_leads_somewhere(self):
            for ticket in db.session.scalars(sa.select(Ticket)):
                assert (ticket.place is Place.MERGED) == (ticket.merged_into_id is not None)
                if ticket.place is Place.MERGED:
                    assert not queries.conversation(DESK, ticket)

        # How.

        def open_(self, person):
            self.desk.ticket(person)
            self.happened = True
            self._added()

        def _added(self):
            """New words are their ticket's requester's to read."""
            db.session.expire_all()
            self.messages = set(db.session.scalars(sa.select(Message.id)))
            self.files = set(db.session.scalars(sa.select(Attachment.id)))
            newest = max(self.messages)
            one = db.session.get(Message, newest)
            if not one.internal:
                owner = db.session.get(Ticket, one.ticket_id).requester_id
                self.known[owner].add(newest)

        def _learn(self):
            for person in self.people:
                self.known[person.id] |= self.readable(person)

        def readable(self, person):
            db.session.rollback()
            db.session.expire_all()
            found = {}
            for id_ in db.session.scalars(sa.select(Ticket.id)).all():
                try:
                    ticket = queries.get(person, id_)
                except HelpdeskError:
                    continue
                if ticket.id not in found:  # one that was merged leads to another
                    found[ticket.id] = {m.id for m in queries.conversation(person, ticket)}
            return set().union(*found.values())

        def ticket(self, number):
            ids = db.session.scalars(sa.select(Ticket.id).order_by(Ticket.id)).all()
            return queries.get(DESK, ids[number % len(ids)])

        def requester(self, ticket):
            return next(person for person in self.people if person.id == ticket.requester_id)

        def tried(self, deed):
            try:
                deed()
            except HelpdeskError:
                db.session.rollback()
                return False
            self.happened = True
            return True

    return Housekeeping


def test_in_any_order(desk, desks):
    run_state_machine_as_test(
        machine(desk, desks),
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            suppress_health_check=list(HealthCheck),
        ),
    )
