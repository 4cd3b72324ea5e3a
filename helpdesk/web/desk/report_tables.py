"""The tables of a report: each is shown on the page, drawn from it, and had as CSV."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from ...i18n import gettext as _
from ...reports import About, Report
from ...reports.csv_file import Cell, csv_file
from . import report_words as words


class Shown(Struct, frozen=True):
    """A cell: its words, and the number behind them where there is one."""

    text: str
    value: Cell = None
    is_child: bool = False

    @property
    def for_csv(self) -> Cell:
        return self.text if self.value is None else self.value


class Table(Struct, frozen=True):
    """A table; the first column names the rows, the others are numbers.

    *in_csv* replaces headings where the file says something else (hours instead of words).
    """

    name: str
    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Shown]]
    in_csv: Sequence[str] = ()

    def largest(self, column: int) -> int:
        """The largest number of a column, for bars; at least 1."""
        numbers = [row[column].value for row in self.rows]
        return max([1, *(int(number) for number in numbers if isinstance(number, int))])

    def csv(self) -> bytes:
        rows = ([cell.for_csv for cell in row] for row in self.rows)
        return csv_file(self.in_csv or self.headings, rows)


def volume(report: Report) -> Table:
    """The course of the range."""
    step = report.scope.period.step
    rows = [
        [
            Shown(words.span(part.span, step), part.span.first.isoformat()),
            *map(_count, (part.opened, part.solved, part.backlog)),
        ]
        for part in report.volume().parts
    ]
    headings = [str(words.STEPS[step]), _("Opened"), _("Solved"), _("Unsolved at the end")]
    return Table("volume", _("Opened and solved"), headings, rows)


def waits(report: Report) -> Table:
    """Median and 90th percentile."""
    found = report.waiting()
    rows = [
        [Shown(name), _count(now.count), *(_wait(w, found.day) for w in figures)]
        for name, now, figures in (
            (
                _("First answer"),
                found.first_answer,
                (
                    found.first_answer.median,
                    found.first_answer.ninetieth,
                    found.first_answer_before.median,
                ),
            ),
            (
                _("Until solved"),
                found.resolution,
                (
                    found.resolution.median,
                    found.resolution.ninetieth,
                    found.resolution_before.median,
                ),
            ),
        )
    ]
    headings = [_("Wait"), _("Tickets"), _("Half within"), _("9 of 10 within"), _("Half, before")]
    in_csv = [
        _("Wait"),
        _("Tickets"),
        _("Median (hours)"),
        _("90th percentile (hours)"),
        _("Median before (hours)"),
    ]
    return Table("waits", _("How long people waited"), headings, rows, in_csv)


def slices(report: Report) -> Table:
    """How many waited how long."""
    found = report.waiting()
    pairs = zip(found.first_answer.slices, found.resolution.slices, strict=True)
    rows = [
        [Shown(words.slice_(first, found.day)), _count(first.count), _count(solved.count)]
        for first, solved in pairs
    ]
    headings = [_("Wait"), _("First answers"), _("Solved")]
    return Table("slices", _("Waits by length"), headings, rows)


def backlog(report: Report) -> Table:
    """What is unsolved now."""
    rows = [
        [Shown(words.age(one.low, one.high)), _count(one.open), _count(one.pending)]
        for one in report.backlog()
    ]
    headings = [_("Age"), _("Open"), _("Pending")]
    return Table("backlog", _("Unsolved now, by age"), headings, rows)


def categories(report: Report) -> Table:
    """What about."""
    rows = []
    for one in report.categories():
        name = f"{one.parent} / {one.name}" if one.parent else one.name
        first = Shown(one.name, name, is_child=bool(one.parent))
        rows.append([first, *_about(report, one)])
    return _of_about("categories", _("By category"), _("Category"), rows)


def requesters(report: Report) -> Table:
    """Who asked."""
    rows = [
        [Shown(str(words.KINDS[one.name])), *_about(report, one)] for one in report.requesters()
    ]
    return _of_about("requesters", _("By requester"), _("Requester"), rows)


def tags(report: Report) -> Table:
    """The most used tags."""
    return _named("tags", _("By tag"), _("Tag"), report.tags())


def companies(report: Report) -> Table:
    """The companies that most tickets came from."""
    return _named("companies", _("By company"), _("Company"), report.companies())


def agents(report: Report) -> Table:
    """By whom."""
    length = report.day
    rows = [
        [
            Shown(one.name),
            *map(_count, (one.answered, one.answers, one.solved)),
            _wait(one.median, length),
        ]
        for one in report.agents()
    ]
    headings = [
        _("Name"),
        _("Tickets answered"),
        _("Answers"),
        _("Solved, theirs"),
        _("First answer"),
    ]
    in_csv = [*headings[:-1], _("First answer, median (hours)")]
    return Table("agents", _("By whom"), headings, rows, in_csv)


TABLES: dict[str, Callable[[Report], Table]] = {
    "volume": volume,
    "waits": waits,
    "slices": slices,
    "backlog": backlog,
    "categories": categories,
    "tags": tags,
    "requesters": requesters,
    "companies": companies,
    "agents": agents,
}
FILE_NAMES = {"volume": "opened-and-solved", "slices": "waits-by-length"}


def _count(number: int) -> Shown:
    return Shown(str(number), number)


def _wait(seconds: int | None, length: int) -> Shown:
    return Shown(words.wait(seconds, length), "" if seconds is None else words.hours(seconds))


def _about(report: Report, one: About) -> list[Shown]:
    return [_count(one.opened), _count(one.solved), _wait(one.median, report.day)]


def _of_about(name: str, title: str, first: str, rows: list[list[Shown]]) -> Table:
    headings = [first, _("Opened"), _("Solved"), _("First answer")]
    in_csv = [*headings[:-1], _("First answer, median (hours)")]
    return Table(name, title, headings, rows, in_csv)


def _named(name: str, title: str, first: str, found: Sequence[About]) -> Table:
    rows = [[Shown(one.name), _count(one.opened), _count(one.solved)] for one in found]
    return Table(name, title, [first, _("Opened"), _("Solved")], rows)
