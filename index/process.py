"""Everything that answers questions, opened together: database, engine, follower, votes, record.

The search service holds one for its life; the command line opens one when no service runs.
"""

from index.answers import Answers
from index.documents import Marker
from index.engine import Engine
from index.faqs import FaqStore
from index.follow import Follower, Progress
from index.searches import SearchLog
from index.shapes import StatusResponse
from index.votes import Votes
from townclerk import database
from townclerk.settings import Settings


class IndexProcess:
    """The opened parts. Close it: that writes the questions that wait to be recorded."""

    def __init__(self, settings: Settings) -> None:
        self._home = settings.home
        self.database = database.open_database(settings)
        self.engine = Engine.open(settings)
        self.follower = Follower(self.engine, self.database)
        self.faqs = FaqStore(self.database)
        self.votes = Votes(self.database)
        self.searches = SearchLog(self.database)
        self.answers = Answers(self.engine, self.database, votes=self.votes, log=self.searches)

    def look(self, progress: Progress | None = None, *, anew: bool = False) -> None:
        """One look for changed pages, FAQs and votes; `anew` compares every page and FAQ with the index."""
        self.follower.catch_up(progress, anew=anew)
        self.votes.refresh()

    def status(self) -> StatusResponse:
        """What is being served."""
        stats = self.engine.stats()
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
            alarms=list(stats.alarms),
        )

    def close(self) -> None:
        """Write what waits and let go of everything."""
        self.searches.close()
        self.engine.close()
        self.database.dispose()


def revision(marker: Marker) -> str:
    """Up to where pages and FAQs were read, as one word: `pages.faqs`."""
    return f"{marker.pages}.{marker.faqs}"
