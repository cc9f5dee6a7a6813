"""What is kept of one address, as the bot sees it."""

from pydantic import BaseModel, Field

from crawler.page_schemas import SeenPage


class PagePassage(BaseModel):
    """A piece of a page that can be an answer; `url` leads to its place on the page."""

    key: str
    url: str
    heading: str
    question: str
    text: str


class PageView(SeenPage):
    """One address of one source, with the passages that the index cuts of it: none unless it is answered from."""

    passages: list[PagePassage] = Field(default_factory=list)
