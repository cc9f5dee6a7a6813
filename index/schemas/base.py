"""Base class and field types of the JSON shapes. Times are ISO 8601 in UTC."""

from datetime import datetime
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints

from townclerk.clock import iso

Moment = Annotated[datetime, PlainSerializer(iso, return_type=str, when_used="json")]


def _without_zero_characters(value: object) -> object:
    # PostgreSQL stores no zero characters, and nobody types one.
    return value.replace("\0", "") if isinstance(value, str) else value


CLEAN = BeforeValidator(_without_zero_characters)
Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), CLEAN]
Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=63), CLEAN]
Value = TypeVar("Value")
Absent = Annotated[Value | None, Field(exclude_if=lambda value: value is None)]
"""Left out where there is none."""
Number = Annotated[int, Field(ge=1, lt=2**31)]
"""The number of a stored row, in an address."""
Before = Annotated[str, StringConstraints(max_length=2000), CLEAN]
"""A question that was asked before."""


class Shape(BaseModel):
    """Base of all shapes: values do not change after they are made."""

    model_config = ConfigDict(frozen=True)
