"""One file through one map: tables of rows as they land, and the rows set aside."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sources._files import evaluate
from sources._files.evaluate import NULL, TEXT, Rows
from sources._files.folding import Fold
from sources._files.grid import Content, Unreadable
from sources._files.headers import plain, question_ids
from sources._files.kinds import MAY_BE_EMPTY, FileKind
from sources._files.layout import Piece, Rejects, pieces
from sources._files.map_model import ColumnMap, KindRows, Questions

log = logging.getLogger(__name__)
SYSTEM = (("_source_line", pa.int64()), ("_source_file", TEXT), ("_row_hash", TEXT))
# kind, line, reason, payload, whether the map wants it so
SetAside = Callable[[str, int | None, str, str, bool], None]


@dataclass(frozen=True)
class FileFacts:
    """What is known of a file beside its content. name: in the inbox; hash: 16 digits.

    values: logical name -> value that the file's name or folder gives.
    """

    name: str
    hash: str
    values: Mapping[str, str]


@dataclass
class _State:
    fold: Fold | None
    seen: dict[str, set[int]] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)


def kind_schema(kind: FileKind) -> pa.Schema:
    """All columns of a kind as text, and where each row comes from."""
    return pa.schema([*((name, TEXT) for name in kind.columns), *SYSTEM])


def read_file(
    column_map: ColumnMap, content: Content, file: FileFacts, set_aside: SetAside
) -> Iterator[tuple[str, pa.Table]]:
    """Yields (kind, rows in the shape of kind_schema) in pieces.

    Raises: Unreadable when the file breaks in the middle.
    """
    main = column_map.kinds[0]
    rejects = Rejects(
        bad=lambda line, reason, payload: set_aside(main, line, reason, payload, False),
        skipped=lambda line, reason, payload: set_aside(
            main, line, reason, payload, True
        ),
    )
    state = _State(Fold(column_map.group_by) if column_map.group_by else None)
    for piece in pieces(column_map, content, rejects):
        _note_unknown(column_map, piece, state)
        all_rows = Rows(column_map, piece, file.values)
        _refuse_without_facts(all_rows)
        rows = _without_skipped(all_rows, rejects)
        for part in column_map.rows:
            for table in _of_kind(rows, part, file, set_aside, state):
                yield part.kind.name, table
    if state.fold:
        for part in column_map.rows:
            if part.kind.name == "registrations":
                folded = state.fold.rows(kind_schema(part.kind))
                yield part.kind.name, _judged_by_minutes(folded, part)
                break
    if state.left_out:
        log.warning(
            "%s: %d columns that the map %s does not know are left out: %s",
            file.name,
            len(state.left_out),
            column_map.name,
            ", ".join(sorted(state.left_out)[:5]),
        )


def _refuse_without_facts(rows: Rows) -> None:
    """What only the file's name or folder can tell must be told by it."""
    given = rows.column_map
    outside = {*given.from_file_name, *given.from_folder}
    outside -= set(rows.piece.found.places)
    for part in given.rows:
        for name in part.kind.required:
            value = part.values.get(name)
            if value is None or value.column not in outside or part.when:
                continue
            told = rows.piece.facts.get(value.column) or rows.facts.get(value.column)
            if not told and value.blank is None:
                raise Unreadable(
                    f"the file does not say its {value.column}: write it into the"
                    f" file's name or put the file into a folder named by it"
                )


def _without_skipped(rows: Rows, rejects: Rejects) -> Rows:
    for condition in rows.column_map.skip_when:
        mask = evaluate.matches(rows, condition)
        if pc.any(mask).as_py():
            for at in pc.indices_nonzero(mask).to_pylist():
                line = rows.piece.lines[at].as_py()
                rejects.skipped(line, condition.reason, "")
            rows = _only(rows, pc.invert(mask))
    return rows


def _only(rows: Rows, mask: pa.Array) -> Rows:
    piece = rows.piece
    columns = [pc.filter(column, mask) for column in piece.columns]
    kept = replace(piece, columns=columns, lines=pc.filter(piece.lines, mask))
    return Rows(rows.column_map, kept, rows.facts)


def payload_of(piece: Piece, at: int) -> str:
    """One row as JSON: header -> cell; a second header of that text has `#2`."""
    names = question_ids(piece.header, range(len(piece.header)))
    cells = {names[n]: column[at].as_py() for n, column in enumerate(piece.columns)}
    return json.dumps(cells, ensure_ascii=False)


def _of_kind(
    rows: Rows, part: KindRows, file: FileFacts, set_aside: SetAside, state: _State
) -> Iterator[pa.Table]:
    for condition in part.when:
        mask = evaluate.matches(rows, condition)
        if not pc.all(mask).as_py():
            rows = _only(rows, mask)
    columns, wrong = _columns(rows, part)
    if wrong is not None and wrong.null_count < len(wrong):
        good = pc.is_null(wrong)
        for at in pc.indices_nonzero(pc.invert(good)).to_pylist():
            line, reason = rows.piece.lines[at].as_py(), wrong[at].as_py()
            set_aside(part.kind.name, line, reason, payload_of(rows.piece, at), False)
        rows = _only(rows, good)
        columns = {name: pc.filter(column, good) for name, column in columns.items()}
    if not rows.count:
        return
    if part.questions is not None:
        yield from _answers(rows, part, part.questions, columns, file)
        return
    table = _landing(part.kind, columns, rows.piece.lines, file)
    if part.kind.name == "registrations" and state.fold:
        state.fold.add(table, *_stays(rows, part))
        return
    table = _judged_by_minutes(table, part)
    keys = rows.column_map.distinct.get(part.kind.name)
    if keys:
        table = _distinct(table, keys, state.seen.setdefault(part.kind.name, set()))
    if table.num_rows:
        yield table


def _columns(rows: Rows, part: KindRows) -> tuple[dict[str, pa.Array], pa.Array | None]:
    kind = part.kind
    has_zone = "timezone" in kind.columns
    found: dict[str, pa.Array] = {}
    wrong: list[pa.Array | None] = []
    for name, value in part.values.items():
        values = evaluate.column(rows, name, value, has_timezone=has_zone)
        found[name] = values.texts
        wrong.append(values.wrong)
    if has_zone and any(name.endswith("_at") for name in found):
        zone = evaluate.repeated(rows.column_map.timezone.key, rows.count)
        given = found.get("timezone")
        found["timezone"] = zone if given is None else pc.coalesce(given, zone)
    wrong.append(_missing(rows, part, found))
    return found, evaluate.first_wrong(*wrong)


def _missing(
    rows: Rows, part: KindRows, found: Mapping[str, pa.Array]
) -> pa.Array | None:
    reason = None
    kind, piece = part.kind, rows.piece
    for name in kind.required:
        texts = found.get(name)
        if texts is None or not texts.null_count or (kind.name, name) in MAY_BE_EMPTY:
            continue
        value = part.values.get(name)
        places = piece.found.places
        used = value.columns() & set(places) if value else ()
        headers = [plain(piece.header[at]) for at in sorted(places[c] for c in used)]
        what = f"; fill in {' or '.join(headers)}" if headers else ""
        said = pa.scalar(f"required and empty: {name}{what}", TEXT)
        reason = evaluate.first_wrong(reason, pc.if_else(pc.is_null(texts), said, NULL))
    return reason


def _landing(
    kind: FileKind, columns: Mapping[str, pa.Array], lines: pa.Array, file: FileFacts
) -> pa.Table:
    count = len(lines)
    system = {
        "_source_line": lines,
        "_source_file": evaluate.repeated(file.name, count),
        "_row_hash": evaluate.repeated(file.hash, count),
    }
    given = {**columns, **system}
    schema = kind_schema(kind)
    arrays = [
        given[name] if name in given else pa.nulls(count, schema.field(name).type)
        for name in schema.names
    ]
    return pa.table(arrays, schema=schema)


def _stays(rows: Rows, part: KindRows) -> tuple[pa.Array | None, pa.Array | None]:
    value = part.values.get("minutes")
    if value is None or value.minutes_between is None:
        return None, None
    start, end = value.minutes_between
    first, last = evaluate.stays(rows, start, end)
    return first.texts, last.texts


def _judged_by_minutes(table: pa.Table, part: KindRows) -> pa.Table:
    """`minutes_at_least`: who stayed that long attended; without minutes as it was."""
    value = part.values.get("attended")
    if value is None or value.minutes_at_least is None:
        return table
    minutes = pc.cast(
        evaluate.by_value(
            table["minutes"].combine_chunks(),
            lambda text: text if text.replace(".", "", 1).isdecimal() else None,
        ),
        pa.float64(),
    )
    stayed = pc.greater_equal(minutes, value.minutes_at_least)
    judged = pc.if_else(stayed, pa.scalar("true", TEXT), pa.scalar("false", TEXT))
    at = table.column_names.index("attended")
    return table.set_column(at, "attended", pc.coalesce(judged, table["attended"]))


def _distinct(table: pa.Table, keys: tuple[str, ...], seen: set[int]) -> pa.Table:
    joined = pc.binary_join_element_wise(
        *(table[key] for key in keys),
        "\x1f",
        null_handling="replace",
        null_replacement="\x00",
    )
    encoded = joined.combine_chunks().dictionary_encode()
    values = encoded.dictionary.to_pylist()
    places, first = np.unique(
        encoded.indices.to_numpy(zero_copy_only=False), return_index=True
    )
    kept = []
    for place, at in zip(places.tolist(), first.tolist(), strict=True):
        key = hash(values[place])
        if key not in seen:
            seen.add(key)
            kept.append(at)
    return table.take(pa.array(sorted(kept), pa.int64()))


def _answers(
    rows: Rows,
    part: KindRows,
    questions: Questions,
    columns: Mapping[str, pa.Array],
    file: FileFacts,
) -> Iterator[pa.Table]:
    """One row per answered question; a question left blank has no answer."""
    piece = rows.piece
    places = piece.found.places
    named = [places[name] for name in questions.named if name in places]
    asked = sorted({*named, *(piece.found.rest if questions.rest else ())})
    ids = question_ids(piece.header, asked)

    def scored(answer: str) -> str:
        return questions.scores.get(plain(answer).casefold(), answer)

    for at in asked:
        answers = rows.at(at)
        is_answered = pc.is_valid(answers)
        count = pc.sum(is_answered).as_py() or 0
        if not count:
            continue
        text = plain(piece.header[at])
        question_kind = evaluate.labelled(questions.kinds, text)
        if questions.scores and question_kind in ("nps", "csat"):
            answers = evaluate.by_value(answers, scored)
        filled = {
            "question": text,
            "question_id": ids[at],
            "question_kind": question_kind,
            "scale_max": evaluate.labelled(questions.scales, text),
        }
        of_rows: dict[str, Any] = {
            name: pc.filter(column, is_answered) for name, column in columns.items()
        }
        of_rows["answer"] = pc.filter(answers, is_answered)
        of_rows |= {
            name: evaluate.repeated(value, count) for name, value in filled.items()
        }
        yield _landing(part.kind, of_rows, pc.filter(piece.lines, is_answered), file)


def _note_unknown(column_map: ColumnMap, piece: Piece, state: _State) -> None:
    is_asked = any(part.questions and part.questions.rest for part in column_map.rows)
    if not is_asked:
        state.left_out.update(plain(piece.header[at]) for at in piece.found.rest)
