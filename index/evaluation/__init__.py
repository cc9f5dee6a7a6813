"""Measures search: on a set of questions with known answers, and on a city's own questions."""
