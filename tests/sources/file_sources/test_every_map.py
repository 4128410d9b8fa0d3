"""What holds for every map: it reads its own files, however they were saved."""

import csv
import io
from pathlib import Path

import pytest

from sources._files.headers import find
from sources._files.mapped import built_in_maps
from tests.conftest import PROJECT
from tests.sources.file_sources.reading import (
    read_files,
    shuffled,
    widened,
    written,
)
from tests.sources.file_sources.samples import SAMPLES, Sample

ENCODINGS = ("utf-8", "utf-8-sig", "cp932", "shift_jis_2004")
EVERY = pytest.mark.parametrize("sample", SAMPLES, ids=[s.path for s in SAMPLES])


def test_every_map_has_a_sample():
    maps = {
        (path.parents[1].name, path.stem) for path in PROJECT.glob("sources/*/maps/*")
    }
    with_sections = {
        ("zoom", path) for path in ("webinar", "meeting", "meeting_unique")
    }
    assert maps - with_sections == {(s.source, s.map) for s in SAMPLES}


@EVERY
def test_a_map_reads_its_own_file_whole(sample: Sample, tmp_path: Path):
    landed = read_files(sample.source, tmp_path, {sample.path: sample.text})
    assert landed.set_aside == []
    assert landed.maps == [sample.map]
    assert landed.counts() == sample.counts
    assert {row["_source_file"] for rows in landed.rows.values() for row in rows} == {
        sample.path
    }


@EVERY
def test_encoding_order_and_width_of_headers_change_nothing(
    sample: Sample, tmp_path: Path
):
    plain = read_files(sample.source, tmp_path / "a", {sample.path: sample.text})
    texts = [sample.text]
    if sample.extra:
        texts += [widened(sample.text), *(shuffled(sample.text, n) for n in (1, 2))]
    for number, text in enumerate(texts):
        for encoding in ENCODINGS if number == 0 else ENCODINGS[number - 1 : number]:
            inbox = tmp_path / f"{number} {encoding}"
            landed = read_files(
                sample.source, inbox, {sample.path: text.encode(encoding)}
            )
            assert landed.set_aside == []
            assert landed.values() == plain.values(), (number, encoding)


@EVERY
def test_a_header_of_ones_own_is_corrected_without_code(sample: Sample, tmp_path: Path):
    """The first required column is called otherwise: set aside, then read by a map."""
    (built_in,) = [
        m for m in built_in_maps(sample.source) if Path(m.name).stem == sample.map
    ]
    required = built_in.requires[0]
    rows = list(csv.reader(io.StringIO(sample.text, newline="")))
    plain = read_files(sample.source, tmp_path / "a", {sample.path: sample.text})
    at = find(built_in.columns, rows[0]).places[required]
    rows[0][at] = "見たことのない列"
    changed = written(rows)
    lost = read_files(sample.source, tmp_path / "b", {sample.path: changed})
    assert lost.counts() == {}
    (reason,) = [row["reason"] for row in lost.set_aside]
    assert "見たことのない列" in reason
    text = (PROJECT / "sources" / built_in.name).read_text(encoding="utf-8")
    mended = text.replace(f"  {required}: [", f"  {required}: [見たことのない列, ", 1)
    assert mended != text
    read = read_files(
        sample.source,
        tmp_path / "c",
        {sample.path: changed, f"{sample.source}/mine.yaml": mended},
    )
    assert read.maps == ["a map of the user"]
    assert read.set_aside == []
    if sample.extra:
        assert read.values() == plain.values()
    assert read.counts() == sample.counts
