"""Everything that answers questions, opened together: database, engine, follower, votes, record.

The search service holds one for its life; the command line opens one when no service runs.
"""

from index.faqs.store import FaqStore
from index.feedback.search_log import SearchLog
from index.feedback.votes import Votes
from index.indexing.follower import Follower, Progress
from index.indexing.publisher import Publisher
from index.pins.active import Pins
from index.pins.editor import PinEditor
from index.pins.similar_questions import SimilarQuestions
from index.query.place_names import Names, PlaceNames
from index.ranking.home_pages import home_path
from index.schemas.operations import PruneResponse, SnapshotInfo, StatusResponse, StorageUsage, Verified
from index.search.answerer import Answerer
from index.search.searcher import Searcher
from index.snapshots.disk_usage import measured
from index.snapshots.marker import Marker
from index.synonyms import starters
from townclerk.jurisdictions import Jurisdictions
from townclerk.schema import open_database
from townclerk.settings import Settings
from townclerk.text import language_detection


class Installation:
    """The opened parts. Close it: that writes the questions that wait to be recorded."""

    def __init__(self, settings: Settings) -> None:
        self._home = settings.home
        self._trouble = ""
        self.database = open_database(settings)
        language_detection.load()  # at the first question it would take a second
        self.publisher = Publisher.open(settings)
        self.searcher = Searcher(
            lambda: self.publisher.loaded, self.publisher.encoder, reading=lambda: self.follower.progress
        )
        self.follower = Follower(self.publisher, self.database)
        self.faqs = FaqStore(self.database)
        self.votes = Votes(self.database)
        self.synonyms = starters.stocked(self.database)
        self._synonyms_at = -1
        self._names: Names = {}
        self.renew_synonyms()
        self._renew_names()
        self.searches = SearchLog(self.database)
        encode, model = self.searcher.encode, self.publisher.encoder.id
        self.pins = Pins(self.database, encode=encode, model=model)
        self.pin_editor = PinEditor(
            self.database, segments=lambda: self.searcher.segments, pins=self.pins, votes=self.votes
        )
        self.similar_questions = SimilarQuestions(self.database, encode=encode)
        self.answers = Answerer(self.searcher, self.database, votes=self.votes, pins=self.pins, log=self.searches)

    def look(self, progress: Progress | None = None, *, anew: bool = False) -> None:
        """One look for changed or checked pages, FAQs, votes, pins and synonyms; `anew` compares every page and FAQ with the index.

        What goes wrong is raised, and stays among the alarms until a later look succeeds.
        """
        try:
            self.follower.catch_up(progress, anew=anew)
        except Exception as error:
            self._trouble = (
                f"Changes cannot be taken in: {error}. What was published before is served; it is tried again."
            )
            raise
        self._trouble = ""
        self.votes.refresh()
        self.pins.refresh()
        self.answers.checked.refresh()
        self.renew_synonyms()
        self._renew_names()

    def renew_synonyms(self) -> None:
        """Use the synonyms as they are stored now."""
        revision = self.synonyms.revision()
        if revision != self._synonyms_at:
            self.searcher.questions.thesaurus.use(self.synonyms.all())
            self._synonyms_at = revision

    def _renew_names(self) -> None:
        """Know places by what they are called now, and their home pages."""
        known = Jurisdictions(self.database)
        names = known.names()
        if names != self._names:
            self.searcher.questions.names, self._names = PlaceNames(names), names
        self.searcher.homes = frozenset({"/", *(home_path(place.url) for place in known.all())})

    def status(self) -> StatusResponse:
        """What is being served."""
        stats = self.publisher.stats()
        in_force, held = self.votes.counts()
        return StatusResponse(
            home=str(self._home),
            ready=True,
            snapshot=stats.snapshot,
            model=stats.model,
            revision=revision(stats.marker),
            passages=stats.passages,
            pages=stats.pages,
            faqs=stats.faqs,
            votes=in_force,
            held_votes=held,
            alarms=[*stats.alarms, *([self._trouble] if self._trouble else [])],
            reading=self.follower.reading,
            rolled_back=stats.marker.rolled_back,
            searched_on=stats.searched_on,
        )

    def roll_back(self, to: str | None) -> StatusResponse:
        """Serve the content before the present one, or of the snapshot named."""
        self.follower.roll_back(to)
        return self.status()

    def storage(self) -> StorageUsage:
        """Bytes on disk and in memory."""
        return measured(self._home, self.publisher.stats().snapshot, preparing=self.publisher.building)

    def snapshots(self) -> list[SnapshotInfo]:
        """Those to go back to, newest first."""
        served = self.publisher.stats().snapshot
        return [
            SnapshotInfo(
                name=each.name,
                made_at=each.manifest.made_at,
                content=each.content,
                documents=each.manifest.documents,
                passages=each.manifest.passages,
                revision=revision(each.manifest.marker),
                current=each.name == served,
            )
            for each in reversed(self.publisher.snapshots())
        ]

    def verify(self) -> Verified:
        """Check every file now."""
        damaged = {name: wrong for name, wrong in self.publisher.wrong().items() if wrong}
        return Verified(whole=not damaged, damaged=damaged)

    def prune(self, *, embeddings: bool) -> PruneResponse:
        """Remove what is not needed to serve."""
        snapshots, vectors = self.publisher.prune(embeddings=embeddings)
        return PruneResponse(snapshots=snapshots, embeddings=vectors, disk=sum(self.storage().disk.values()))

    def close(self) -> None:
        """Write what waits and let go of everything."""
        self.searches.close()
        self.publisher.close()
        self.database.dispose()


def revision(marker: Marker) -> str:
    """Up to where pages and FAQs were read, as one word: `pages.faqs`."""
    return f"{marker.pages}.{marker.faqs}"
