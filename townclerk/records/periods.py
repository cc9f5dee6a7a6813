"""How long each kind of record is kept."""

from townclerk.settings import Settings

CONVERSATIONS, NUMBERS, QUESTIONS = "conversations", "phone numbers", "questions"
"""Transcripts and talks; numbers and unmasked words of text messages; questions as staff see them."""


def kept_days(settings: Settings) -> dict[str, int]:
    """Days by kind; 0 is for ever."""
    return {
        CONVERSATIONS: settings.keep_conversations_days,
        NUMBERS: settings.keep_numbers_days,
        QUESTIONS: settings.keep_questions_days,
    }
