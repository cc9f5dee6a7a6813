"""What storing rows would do: the same for a preview and for an import."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index.faqs.faq import Faq
from index.faqs.row import CONTENT, FaqRow
from index.schemas.faqs import FaqVersion, PlannedFaq


@dataclass(frozen=True)
class Planned:
    """A row, the FAQ that it meets, and the values to store; none when nothing changes."""

    row: FaqRow
    old: Faq | None
    values: dict[str, Any]

    @property
    def shown(self) -> PlannedFaq:
        """For staff: as it is and as it would be."""
        before = None if self.old is None or self.old.gone else self.old.version
        held = before.model_dump() if before else {"city": self.row.jurisdiction}
        return PlannedFaq(
            line=self.row.line, before=before, after=FaqVersion.model_validate({**held, **self.values, "gone": False})
        )


def plan(rows: Sequence[FaqRow], stored: Mapping[tuple[str, str], Faq]) -> Iterator[Planned]:
    """What becomes of each row; `stored` holds the FAQs by city and key of the question. A question counts once."""
    seen: set[tuple[str, str]] = set()
    for row in rows:
        key = (row.jurisdiction, row.question_key)
        old = stored.get(key)
        content = {name: getattr(row, name) for name in CONTENT}
        changes = {name: content[name] for name in row.fields}
        if key in seen:
            yield Planned(row, old, {})
        elif old is None:
            yield Planned(row, old, content | {"jurisdiction": key[0], "question_key": key[1]})
        elif old.gone:
            yield Planned(row, old, content | {"gone": False})
        else:
            yield Planned(row, old, changes if old.differs(changes) else {})
        seen.add(key)
