"""Bulk API 2.0: a whole object as pages of CSV, each an Arrow table, in bounded memory.

A job is made, looked at until it is done, and its results are fetched page by page.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv

from sources._base.errors import Retriable, SchemaChanged
from sources._base.http import Answer
from sources.salesforce.client import Client
from sources.salesforce.objects import (
    CUSTOM,
    Projection,
    column_of,
    is_id,
    long_id,
)

PAGE = 20_000  # records in memory at once
LOOKS = 300  # times we look at a job: two and a half hours
LONGEST_PAUSE = 30.0  # seconds between two looks
LAST = (None, "", "null")  # Sforce-Locator after the last page is the word null


def bulk_pages(client: Client, query: str, wanted: Projection) -> Iterator[pa.Table]:
    """Yields the records of a query as Arrow tables with our columns.

    Raises: Retriable when the job fails or takes too long, or records are missing.
    """
    name = wanted.object_type.name
    job = client.post(
        client.path("jobs/query"), {"operation": "queryAll", "query": query}
    ).body
    path = client.path(f"jobs/query/{_part(job, 'id', name)}")
    done = _finished(client, path, name)
    if done.get("numberRecordsProcessed") == 0:
        return  # whether there is a page then, and what stands in it, nobody says
    locator: str | None = None
    starts: set[str] = set()
    count = 0
    while True:
        params = {"maxRecords": str(PAGE)} | ({"locator": locator} if locator else {})
        answer = client.get_csv(f"{path}/results?{urlencode(params)}")
        page = _page(answer, wanted)
        count += page.num_rows
        if page.num_rows:
            first = page["Id"][0].as_py()
            if first in starts:
                raise Retriable(
                    f"salesforce: a bulk query of {name} gives a page twice; the next"
                    " run reads it again"
                )
            starts.add(first)
            yield _as_ours(page, wanted)
        locator = answer.headers.get("Sforce-Locator")
        if locator in LAST:
            break
    promised = done.get("numberRecordsProcessed")
    if isinstance(promised, int) and promised != count:
        raise Retriable(
            f"salesforce: a bulk query of {name} promised {promised} records and gave"
            f" {count}; the next run reads them again"
        )


def _finished(client: Client, path: str, name: str) -> Mapping[str, Any]:
    """The job once it is complete; looked at less and less often."""
    for look in range(LOOKS):
        job = client.get(path).body
        state = _part(job, "state", name)
        if state == "JobComplete":
            return dict(job)
        if state in ("Failed", "Aborted"):
            raise Retriable(
                f"salesforce: the bulk query of {name} ended as {state}:"
                f" {str(job.get('errorMessage') or 'no reason given')[:200]};"
                " the next run starts another"
            )
        client.pause(min(2.0**look if look < 10 else LONGEST_PAUSE, LONGEST_PAUSE))
    raise Retriable(
        f"salesforce: the bulk query of {name} is not done yet; the next run starts"
        " another: run it when the org is less busy"
    )


def _part(job: Any, key: str, name: str) -> str:
    value = job.get(key) if isinstance(job, Mapping) else None
    if not isinstance(value, str):
        raise SchemaChanged(
            f"salesforce: the bulk job of {name} has no {key};"
            " the connector needs a change"
        )
    return value


def _page(answer: Answer, wanted: Projection) -> pa.Table:
    """One page as it was sent: every column a text, empty cells null."""
    asked = list(wanted.asked)
    try:
        page = pa.csv.read_csv(
            io.BytesIO(answer.content),
            parse_options=pa.csv.ParseOptions(newlines_in_values=True),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(asked, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        raise Retriable(
            f"salesforce: a page of the bulk query of {wanted.object_type.name} is no"
            " CSV or is cut off; the next run reads it again"
        ) from error
    if page.column_names != asked:
        raise SchemaChanged(
            f"salesforce: a page of the bulk query of {wanted.object_type.name} has"
            " other columns than were asked for; the connector needs a change"
        )
    told = answer.headers.get("Sforce-NumberOfRecords", "")
    if told.isdecimal() and int(told) != page.num_rows:
        raise Retriable(
            f"salesforce: a page of the bulk query of {wanted.object_type.name} has"
            f" {page.num_rows} of {told} records; the next run reads it again"
        )
    return page


def _as_ours(page: pa.Table, wanted: Projection) -> pa.Table:
    columns = {
        column_of(field): _long_ids(page[field]) if is_id(field) else page[field]
        for field in wanted.fields
    }
    for column, value in wanted.constants.items():
        columns[column] = pa.array([value] * page.num_rows, pa.string())
    if wanted.custom:
        texts = [page[field].to_pylist() for field in wanted.custom.values()]
        columns[CUSTOM] = pa.array(
            [
                json.dumps(dict(zip(wanted.custom, row, strict=True)))
                for row in zip(*texts, strict=True)
            ],
            pa.string(),
        )
    return pa.table(columns)


def _long_ids(ids: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.compute.any(pa.compute.equal(pa.compute.utf8_length(ids), 15)).as_py():
        return pa.chunked_array([pa.array(map(long_id, ids.to_pylist()), pa.string())])
    return ids
