"""PDFs of the shapes that cities publish, drawn here, each with the text a person reads in it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib import colors
from reportlab.lib.pagesizes import LETTER, landscape
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table

TREES = (
    "The village plants street trees in", "April and again in October. A", "resident may ask for one of six",
    "kinds. Planting is free of charge", "when the strip is wider than four", "feet.",
)  # fmt: skip
STUMPS = (
    "Removal of a street tree needs a", "permit from the forester, which", "costs $62. Stumps are ground",
    "within 30 days. Fines for cutting", "without a permit start at $480", "for each tree.",
)  # fmt: skip
LEAVES = (
    "Leaves are collected from the", "curb until the first snow. Do not", "use bags. Branches up to four",
    "inches thick are chipped on the", "first Monday of a month.",
)  # fmt: skip
WIDE = (
    "This guide is for everyone who owns or rents a home in Alder Falls. It was adopted by the council and is",
    "in force until a new one is published on the town's website and posted at the library.",
)


@dataclass(frozen=True)
class Document:
    """`lines` are what is read, in order; `absent` are words that are no part of it."""

    name: str
    pdf: bytes
    lines: tuple[str, ...]
    absent: tuple[str, ...] = ()


class Sheet:
    """A canvas with a cursor: places are points from the upper left corner."""

    def __init__(self, size: tuple[float, float] = LETTER) -> None:
        self.out = BytesIO()
        self.canvas = Canvas(self.out, pagesize=size, invariant=1)
        self.height = size[1]

    def text(self, x: float, y: float, text: str, *, size: float = 11, bold: bool = False, rise: float = 0) -> float:
        """Draw one line and give where it ends."""
        font = "Helvetica-Bold" if bold else "Helvetica"
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, self.height - y + rise, text)
        return float(x + self.canvas.stringWidth(text, font, size))

    def column(self, x: float, y: float, lines: Iterable[str], *, step: float = 14, size: float = 11) -> float:
        for line in lines:
            self.text(x, y, line, size=size)
            y += step
        return y

    def right(self, x: float, y: float, text: str) -> None:
        self.canvas.setFont("Helvetica", 11)
        self.canvas.drawRightString(x, self.height - y, text)

    def table(
        self, rows: Sequence[Sequence[str]], y: float, style: list[tuple[object, ...]], widths: list[float]
    ) -> None:
        table = Table([list(row) for row in rows], colWidths=widths, style=style)
        _, height = table.wrapOn(self.canvas, 500, 600)
        table.drawOn(self.canvas, 60, self.height - y - height)

    def page(self) -> None:
        self.canvas.showPage()

    def bytes(self) -> bytes:
        self.canvas.save()
        return self.out.getvalue()


def _joined(*parts: Sequence[str]) -> tuple[str, ...]:
    return tuple(" ".join(part) for part in parts)


def two_columns() -> Document:
    sheet = Sheet()
    sheet.text(60, 60, "Tree policy", size=18, bold=True)
    sheet.column(60, 100, TREES)
    sheet.column(330, 100, STUMPS)
    return Document("two columns", sheet.bytes(), _joined(["Tree policy"], TREES, STUMPS))


def three_columns() -> Document:
    sheet = Sheet()
    for x, lines in ((40, TREES), (225, STUMPS), (410, LEAVES)):
        sheet.column(x, 80, lines, size=10, step=12)
    return Document("three columns", sheet.bytes(), _joined(TREES, STUMPS, LEAVES))


def columns_not_level() -> Document:
    sheet = Sheet()
    for i in range(6):  # the file holds the lines of both columns by turns
        sheet.text(60, 100 + 15 * i, TREES[i])
        sheet.text(330, 107 + 14 * i, STUMPS[i])
    return Document("columns that are not level", sheet.bytes(), _joined(TREES, STUMPS))


def columns_between_wide_text() -> Document:
    sheet = Sheet()
    sheet.column(60, 80, WIDE)
    sheet.column(60, 130, TREES)
    sheet.column(330, 130, STUMPS)
    sheet.text(60, 250, "Questions", size=15, bold=True)
    sheet.column(
        60, 275, ("Call the forester at 555-555-0144 on weekdays from 8 a.m. to 4 p.m. about trees and stumps.",)
    )
    asked = "Call the forester at 555-555-0144 on weekdays from 8 a.m. to 4 p.m. about trees and stumps."
    return Document("columns between wide text", sheet.bytes(), (*_joined(WIDE, TREES, STUMPS), "Questions", asked))


PERMITS = (("Deck permit", "$80"), ("Fence permit", "$35"), ("Roof permit", "$110"), ("Pool permit", "$140"))


def values_in_a_column() -> Document:
    sheet = Sheet()
    sheet.text(60, 60, "Permit prices", size=18, bold=True)
    sheet.column(60, 100, [label for label, _ in PERMITS], step=18)
    sheet.column(330, 100, [price for _, price in PERMITS], step=18)
    rows = tuple(f"{label}: {price}" for label, price in PERMITS)
    return Document("values in a column of their own", sheet.bytes(), ("Permit prices", *rows))


def drawn_grid() -> Document:
    sheet = Sheet()
    rows = (
        ("Meter", "Inside", "Outside"),
        ("5/8 inch", "$14.20", "$21.30"),
        ("1 inch, for shops\nand small works", "$22.75", "$34.10"),
        ("2 inch", "$61.00", "$91.50"),
    )
    sheet.text(60, 60, "Water rates by meter", size=18, bold=True)
    sheet.table(rows, 90, [("GRID", (0, 0), (-1, -1), 0.5, colors.black)], [140, 80, 80])
    read = (
        "Water rates by meter", "Meter, Inside, Outside", "5/8 inch, inside: $14.20; outside: $21.30",
        "1 inch, for shops and small works, inside: $22.75; outside: $34.10", "2 inch, inside: $61.00; outside: $91.50",
    )  # fmt: skip
    return Document("a drawn grid", sheet.bytes(), read)


def numbers_at_the_right() -> Document:
    sheet = Sheet()
    for y, row in enumerate(
        (("Room", "Hour", "Day"), ("Hall", "$30", "$210"), ("Kitchen", "$9", "$65"), ("Annex", "$115", "$1,400"))
    ):
        sheet.text(60, 100 + 20 * y, row[0])
        sheet.right(300, 100 + 20 * y, row[1])
        sheet.right(420, 100 + 20 * y, row[2])
    read = (
        "Room, Hour, Day",
        "Hall, hour: $30; day: $210",
        "Kitchen, hour: $9; day: $65",
        "Annex, hour: $115; day: $1,400",
    )
    return Document("numbers set to the right", sheet.bytes(), read)


def rows_on_a_background() -> Document:
    sheet = Sheet()
    rows = (
        ("Day", "Morning", "Evening"),
        ("Monday", "8:00 AM - 12:00 PM", "1:00 PM - 5:00 PM"),
        ("Tuesday", "Closed", "1:00 PM - 7:00 PM"),
        ("Saturday", "9:00 AM - 1:00 PM", "Closed"),
    )
    sheet.table(rows, 90, [("ROWBACKGROUNDS", (0, 0), (-1, -1), [colors.white, colors.lightgrey])], [90, 130, 130])
    read = (
        "Day, Morning, Evening", "Monday, morning: 8:00 AM - 12:00 PM; evening: 1:00 PM - 5:00 PM",
        "Tuesday, morning: Closed; evening: 1:00 PM - 7:00 PM", "Saturday, morning: 9:00 AM - 1:00 PM; evening: Closed",
    )  # fmt: skip
    return Document("rows on a background", sheet.bytes(), read)


def values_at_the_middle() -> Document:
    sheet = Sheet()
    rows = (
        ("Violation", "Fine"),
        ("Parking at a hydrant or\nwithin ten feet of it", "$75"),
        ("A vehicle without plates\nkept in a front yard for\nmore than thirty days", "$200"),
        ("Noise at night", "$90"),
    )
    sheet.table(rows, 90, [("VALIGN", (0, 0), (-1, -1), "MIDDLE")], [170, 90])
    read = (
        "Violation, Fine", "Parking at a hydrant or within ten feet of it, fine: $75",
        "A vehicle without plates kept in a front yard for more than thirty days, fine: $200", "Noise at night, fine: $90",
    )  # fmt: skip
    return Document("values at the middle of their labels", sheet.bytes(), read)


def heads_in_two_rows() -> Document:
    sheet = Sheet()
    rows = (
        ("Room", "Residents", "", "Others", ""),
        ("", "Hour", "Day", "Hour", "Day"),
        ("Hall", "$30", "$200", "$45", "$300"),
    )
    spans = [("SPAN", (0, 0), (0, 1)), ("SPAN", (1, 0), (2, 0)), ("SPAN", (3, 0), (4, 0))]
    sheet.table(rows, 90, [("GRID", (0, 0), (-1, -1), 0.5, colors.black), *spans], [80, 60, 60, 60, 60])
    read = (
        "Room, Residents, Hour, Day, Others",
        "Hall, residents, hour: $30; residents, day: $200; others, hour: $45; others, day: $300",
    )
    return Document("heads in two rows", sheet.bytes(), read)


def rows_with_wrapped_labels() -> Document:
    sheet = Sheet()
    sheet.text(60, 80, "License", bold=True)
    sheet.text(330, 80, "Fee", bold=True)
    y = 100.0
    for lines, fee in (
        (("Street vendor who sells food", "from a cart or a stand"), "$95"),
        (("Taxi",), "$140"),
        (("Second-hand dealer, with one", "shop or more"), "$60"),
    ):
        sheet.canvas.line(60, sheet.height - y + 14, 400, sheet.height - y + 14)
        sheet.text(330, y, fee)
        y = sheet.column(60, y, lines, step=12) + 10
    read = (
        "License, Fee", "Street vendor who sells food from a cart or a stand: $95", "Taxi: $140",
        "Second-hand dealer, with one shop or more: $60",
    )  # fmt: skip
    return Document("labels of two lines", sheet.bytes(), read)


def leaders() -> Document:
    sheet = Sheet()
    sheet.text(60, 60, "Pool passes", size=18, bold=True)
    for y, (label, price) in enumerate(
        (("Adult day pass", "$7"), ("Child day pass", "$4"), ("Family season pass", "$165"))
    ):
        sheet.text(60, 100 + 18 * y, f"{label} {'.' * 50} {price}")
    for y, (label, price) in enumerate((("Swim class", "$38"), ("Locker", "$2"))):
        end = sheet.text(60, 200 + 18 * y, f"{label} ")
        while end < 300:
            end = sheet.text(end + 3, 200 + 18 * y, ".")
        sheet.right(340, 200 + 18 * y, price)
    read = (
        "Pool passes",
        "Adult day pass: $7",
        "Child day pass: $4",
        "Family season pass: $165",
        "Swim class: $38",
        "Locker: $2",
    )
    return Document("leaders", sheet.bytes(), read, ("...",))


def hyphens() -> Document:
    lines = (
        "Registration money is returned when the depart-", "ment cancels a class, minus a handling charge of $5. The superin-",
        "tendent of parks decides about excep-", "tions. Part-time residents pay in full. A part-", "time resident asks the clerk with-",
        "out delay. The self-", "service desk has the forms.",
    )  # fmt: skip
    sheet = Sheet()
    sheet.column(60, 100, lines)
    read = (
        "Registration money is returned when the department cancels a class, minus a handling charge of $5. The "
        "superintendent of parks decides about exceptions. Part-time residents pay in full. A part-time resident asks "
        "the clerk without delay. The self-service desk has the forms.",
    )
    return Document("hyphens", sheet.bytes(), read, ("depart-ment", "with-out", "parttime", "selfservice"))


def raised_digits() -> Document:
    sheet = Sheet()
    y = 100.0
    for text, raised, after in (
        ("A slip for a boat under 20 feet costs $45", "1", "."), ("A slip for a longer boat costs $78", "2,3", "."),
        ("A transient boat pays $6", "50", " a night."), ("A shed of up to 200 ft", "2", " needs no permit."),
        ("The season ends on the 5", "th", " of October."),
    ):  # fmt: skip
        end = sheet.text(60, y, text)
        end = sheet.text(end, y, raised, size=7, rise=4)
        sheet.text(end, y, after)
        y += 20
    end = sheet.text(60, 300, "1", size=7, rise=4)
    sheet.text(end + 2, 300, "Residents only.")
    read = (
        "A slip for a boat under 20 feet costs $45.", "A slip for a longer boat costs $78.", "A transient boat pays $6.50 a night.",
        "A shed of up to 200 ft² needs no permit.", "The season ends on the 5th of October.", "1 Residents only.",
    )  # fmt: skip
    return Document("raised digits", sheet.bytes(), read, ("$451", "$782", "$650", "ft2"))


def form() -> Document:
    sheet = Sheet()
    sheet.text(60, 60, "Block party application", size=18, bold=True)
    sheet.column(
        60, 95, ("Bring this form to the clerk 21 days before the party. The fee is $15 and is not returned.",)
    )
    sheet.text(60, 130, "Name: ____________________ Date: __________")
    sheet.text(60, 150, "Street closed:")
    sheet.text(150, 150, "_" * 30)
    sheet.text(60, 170, "[ ] Barricades wanted")
    sheet.canvas.acroForm.textfield(name="phone", x=150, y=sheet.height - 200, value="Type your phone number here")
    sheet.column(60, 240, ("Barricades are lent for a deposit of $40, which is paid back.",))
    read = (
        "Block party application", "Bring this form to the clerk 21 days before the party. The fee is $15 and is not returned.",
        "Barricades wanted", "Barricades are lent for a deposit of $40, which is paid back.",
    )  # fmt: skip
    return Document("a form", sheet.bytes(), read, ("___", "Type your", "[ ]", "Street closed"))


def running_heads() -> Document:
    sheet = Sheet()
    for number, lines in enumerate((TREES, STUMPS, LEAVES, WIDE), start=1):
        sheet.text(60, 30, "Town of Alder Falls", size=9)
        sheet.text(460, 30, "Street trees", size=9)
        sheet.column(60, 100, lines)
        sheet.text(60, 765, "Clerk: 555-555-0100", size=9)
        sheet.text(300, 765, f"{number} of 4", size=9)
        sheet.page()
    read = (" ".join(TREES), "Clerk: 555-555-0100", *_joined(STUMPS, LEAVES, WIDE))
    return Document("running heads and feet", sheet.bytes(), read, ("Town of Alder Falls", "3 of 4"))


def turned_page() -> Document:
    sheet = Sheet()
    sheet.canvas.setPageRotation(90)
    sheet.canvas.rotate(90)
    sheet.canvas.translate(0, -LETTER[0])
    sheet.height = LETTER[0]
    sheet.column(60, 80, WIDE)
    sheet.table(
        (("Zone", "Fee"), ("North", "$12"), ("South", "$19")),
        150,
        [("GRID", (0, 0), (-1, -1), 1, colors.black)],
        [100, 80],
    )
    return Document("a page on its side", sheet.bytes(), (" ".join(WIDE), "Zone, Fee", "North: $12", "South: $19"))


def two_up() -> Document:
    sheet = Sheet(landscape(LETTER))
    for x, title, lines in ((50, "Planting", (*TREES, *LEAVES)), (440, "Cutting", (*STUMPS, *LEAVES))):
        sheet.text(x, 60, title, size=16, bold=True)
        sheet.column(x, 90, lines)
    read = ("Planting", *_joined((*TREES, *LEAVES)), "Cutting", *_joined((*STUMPS, *LEAVES)))
    return Document("two pages on one sheet", sheet.bytes(), read)


def lists_in_columns() -> Document:
    sheet = Sheet()
    left = ("Glass bottles and jars", "Tin and aluminium cans", "Newspapers and letters", "Flat cardboard boxes")
    right = (
        "Food scraps of any kind",
        "Light bulbs and batteries",
        "Garden hoses and ropes",
        "Paint that is still wet",
    )
    sheet.text(60, 60, "Recycling", size=18, bold=True)
    sheet.text(60, 90, "Put into the bin", size=13, bold=True)
    sheet.text(330, 90, "Keep out of the bin", size=13, bold=True)
    for x, items in ((60, left), (330, right)):
        for i, item in enumerate(items):
            sheet.text(x, 115 + 18 * i, "\u2022")
            sheet.text(x + 18, 115 + 18 * i, item)
    return Document(
        "lists in columns", sheet.bytes(), ("Recycling", "Put into the bin", *left, "Keep out of the bin", *right)
    )


def cards() -> Document:
    sheet = Sheet()
    offices = (
        ("Finance Window", "12 Mill Street", "555-555-0121", "Mon to Fri 8-4"),
        ("Permit Desk", "40 Quarry Road", "555-555-0122", "Tue to Thu 9-3"),
        ("Parks Office", "7 River Lane", "555-555-0123", "Daily 10-2"),
    )
    for x, office in zip((60, 240, 420), offices, strict=True):
        sheet.column(x, 100, office)
    return Document("cards beside one another", sheet.bytes(), tuple(line for office in offices for line in office))


def description_table() -> Document:
    sheet = Sheet()
    sheet.text(60, 60, "Collection days", size=18, bold=True)
    rows = (
        ("Zone A", ("Streets north of Main Street and all of", "the river bank up to the old mill.")),
        ("Zone B", ("The hill, the harbor and the streets that", "lead to the station.")),
        ("Zone C", ("Everything south of the railway.",)),
    )
    y = 100.0
    for label, lines in rows:
        sheet.text(60, y, label, bold=True)
        y = sheet.column(160, y, lines, step=13) + 9
    read = tuple(f"{label}: {' '.join(lines)}" for label, lines in rows)
    return Document("a label and its description", sheet.bytes(), ("Collection days", *read))


def spanish() -> Document:
    lines = (
        "La basura se recoge los lunes. Los resi-", "dentes deben sacar el recipiente antes de las siete de la maña-",
        "na. El servicio cuesta $18 al mes y se paga con la factu-", "ra del agua en la oficina de la ciudad. Si usted no está en",
        "su casa, llame al número 555-555-0177 para que el camión", "vuelva por la tarde con su recipiente y con los de sus vecinos.",
    )  # fmt: skip
    sheet = Sheet()
    sheet.column(60, 100, lines)
    read = " ".join(lines).replace("- ", "")
    return Document("Spanish", sheet.bytes(), (read,))


def letter_by_letter() -> Document:
    """Every letter is drawn by itself, the last line first, as some drawing programs do."""
    sheet = Sheet()
    for i, line in reversed(list(enumerate(TREES))):
        x = 60.0
        for letter in line:
            x = sheet.text(x, 100 + 14 * i, letter) if letter != " " else x + 3.1
    return Document("letter by letter", sheet.bytes(), _joined(TREES))


MAKERS: tuple[Callable[[], Document], ...] = (
    two_columns, three_columns, columns_not_level, columns_between_wide_text, values_in_a_column, drawn_grid,
    numbers_at_the_right, rows_with_wrapped_labels, leaders, hyphens, raised_digits, form, running_heads, turned_page,
    rows_on_a_background, values_at_the_middle, heads_in_two_rows, two_up, lists_in_columns, cards, description_table, spanish, letter_by_letter,
)  # fmt: skip
