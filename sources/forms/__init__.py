"""Surveys: answers from Google Forms, Microsoft Forms, Questant and others.

Data flow:
    inbox/forms/**  ->  raw_forms/file_survey_responses, file_accounts
Failure:
    a row a map cannot read, or a file no map knows, is quarantined with file, line
    and reason; the others land.
Run alone:
    python -m sources._base.landing forms --clock 2026-11-21T05:00:00+09:00
"""

from sources._base.source import Source
from sources._files.mapped import mapped_resources, mapped_tables

SOURCE = Source(
    name="forms",
    title="Surveys",
    kind="survey",
    tables=mapped_tables("forms"),
    resources=mapped_resources,
    inbox_folder="forms",
)
