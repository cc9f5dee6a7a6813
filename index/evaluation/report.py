"""What `townclerk evaluate` prints with `--json`, and what its report files hold."""

from pydantic import BaseModel, ConfigDict, Field

from index.evaluation.statistics import Interval


class Shape(BaseModel):
    """Base of all shapes here; fields may be given by their names or their labels."""

    model_config = ConfigDict(populate_by_name=True, frozen=True)


class Scores(Shape):
    """Means over the judged questions."""

    s1: float = Field(alias="S@1")
    s5: float = Field(alias="S@5")
    mrr10: float = Field(alias="MRR@10")
    ndcg10: float = Field(alias="nDCG@10")
    r10: float = Field(alias="R@10")

    @property
    def by_name(self) -> dict[str, float]:
        """Values by the names that readers see, such as `S@1`."""
        return self.model_dump(by_alias=True)


NAMES = tuple(field.alias or name for name, field in Scores.model_fields.items())


class CurvePoint(Shape):
    """Answering from this support upwards: the shares of answerable and unanswerable questions answered."""

    support: float
    answerable: float
    unanswerable: float


class Refusal(Shape):
    """How well answerable questions are told from others. None where no question carries such a label.

    `answered_*` are shares at the operating point in force, with Wilson intervals; `curve` holds the others.
    """

    auroc: float | None
    answered_answerable: float | None
    answered_unanswerable: float | None
    answerable: int
    unanswerable: int
    interval_answerable: Interval | None = None
    interval_unanswerable: Interval | None = None
    curve: list[CurvePoint] = []


class Latency(Shape):
    """Milliseconds of one search."""

    p50: float
    p95: float
    p99: float


class ConfidenceLevel(Shape):
    """First answers of one confidence: how many, and how many of them were right (Wilson interval)."""

    confidence: str
    questions: int
    right: int
    share: float
    interval: Interval


class Excerpts(Shape):
    """First excerpts that hold an expected text; of all questions with one, and of those whose first answer is right."""

    questions: int
    share: float
    share_of_right: float


class CityReport(Shape):
    """The questions of one city."""

    questions: int
    metrics: Scores
    intervals: dict[str, Interval]
    wrong_city: int
    answered_answerable: float | None
    answered_unanswerable: float | None


class QuestionRecord(Shape):
    """One question, for comparing runs and for looking at failures. `ranked` holds document ids, best first; `rank` is that of the first right one."""

    id: str
    text: str
    city: str
    rank: int
    ranked: list[str] = []
    scores: list[float]
    judged: bool
    label: bool | None
    refused: bool
    confidence: str
    expected: list[str]
    first: str
    title: str
    excerpt: str

    @property
    def failure(self) -> str:
        """What is wrong with the answer; empty when nothing is."""
        if self.label is False:
            return "" if self.refused else "answered, but has no answer"
        if self.judged and self.rank != 1:
            return "wrong first" + (f", right at {self.rank}" if self.rank else ", right not found")
        return "refused, but has an answer" if self.label and self.refused else ""


class Report(Shape):
    """What `townclerk evaluate` prints. `wrong_city` counts questions whose first answer is another city's.

    `cities` is there when a set holds several. `asked` is left out of `--json`; a report file holds it.
    """

    set: str
    documents: int
    questions: int
    metrics: Scores
    refusal: Refusal
    wrong_city: int
    latency_ms: Latency
    intervals: dict[str, Interval] = {}
    cities: dict[str, CityReport] = {}
    wrong_city_rate: float | None = None
    reliability: list[ConfidenceLevel] = []
    excerpts: Excerpts | None = None
    stages_ms: dict[str, Latency] = {}
    asked: list[QuestionRecord] = []
