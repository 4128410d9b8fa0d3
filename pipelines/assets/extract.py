"""Extract: every discovered source into raw Parquet, side by side, each on its own."""

import logging
import traceback
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import timedelta

import dagster as dg

from pipelines.run import Resolved, RunOptions
from sources import discover
from sources._base.disk import is_full, sentence
from sources._base.errors import SourceError
from sources._base.landing import Landed, land, make_readable
from sources._base.raw import Damaged
from sources._base.redact import redact
from sources._base.source import LOAD_COUNTS, QUARANTINE, Source

THREADS = 4
logger = logging.getLogger("tsunagari.extract")
REFUSED = (401, 403)  # HTTP: who are you, and you may not
OPERATIONS = "operations"


def extract_assets(late_after_hours: int) -> dg.AssetsDefinition:
    """Returns one asset per raw table, `[source, table]`, of the discovered sources."""
    found = discover()
    freshness = dg.FreshnessPolicy.time_window(
        fail_window=timedelta(hours=late_after_hours)
    )
    specs = [
        dg.AssetSpec(
            key=[source.name, table.name],
            group_name=source.name,
            description=table.description,
            kinds={"dlt", "parquet"},
            skippable=True,
            freshness_policy=freshness,
            metadata={"key": ", ".join(table.key), "source": source.title},
        )
        for source in found.values()
        for table in source.tables
    ]
    specs += [
        dg.AssetSpec(
            key=[OPERATIONS, name],
            group_name=OPERATIONS,
            description=description,
            kinds={"parquet"},
            skippable=True,
        )
        for name, description in (
            (LOAD_COUNTS.name, LOAD_COUNTS.description),
            (QUARANTINE.name, QUARANTINE.description),
            ("complete_loads", "Loads that dlt recorded as complete."),
        )
    ]

    @dg.multi_asset(name="extract_sources", specs=specs, can_subset=True)
    def extract_sources(
        context: dg.AssetExecutionContext, options: RunOptions
    ) -> Iterator[dg.MaterializeResult[None]]:
        run = options.resolve(context)
        wanted = {key.path[0] for key in context.selected_asset_keys}
        sources = [source for name, source in found.items() if name in wanted]
        failures: list[str] = []
        for source, outcome in land_all(sources, run):
            if isinstance(outcome, Landed):
                context.log.info("%s: %s rows landed", source.name, outcome.rows)
                yield from _results(source, outcome, context.selected_asset_keys)
            else:
                failures.append(_sentence(source, outcome))
                context.log.error("%s failed: %s", source.name, outcome)
        failures += _leave_all_readable(found.values(), run, failures)
        for key in sorted(context.selected_asset_keys):
            if key.path[0] == OPERATIONS:
                yield dg.MaterializeResult(asset_key=key)
        if failures:
            raise dg.Failure("\n".join(failures), allow_retries=False)

    return extract_sources


def _leave_all_readable(
    sources: Iterable[Source], run: Resolved, known: Sequence[str]
) -> list[str]:
    """Returns what is wrong with raw and was not known before, a sentence each."""
    # Also of sources this run left out: one that never landed has its tables, empty,
    # and what a kill left of another (rows beside their merged file) is not read twice.
    found = []
    for source in sources:
        try:
            make_readable(source, raw_url=run.workspace.raw_url)
        except Damaged as error:
            found.append(_sentence(source, error.message))
    return [sentence for sentence in found if sentence not in known]


def land_all(
    sources: list[Source], run: Resolved
) -> Iterator[tuple[Source, Landed | str]]:
    """Yields each source with what it landed, or with one sentence saying why not.

    One source's failure never touches another: each has its own thread and load.
    """
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        futures = {pool.submit(_land, source, run): source for source in sources}
        for future in as_completed(futures):
            source = futures[future]
            try:
                yield source, future.result()
            except SourceError as error:
                yield source, redact(str(error)) + _what_to_set(source, error)
            except Exception as error:
                if is_full(error):
                    yield source, sentence(run.workspace.data)
                    continue
                trace = redact(traceback.format_exc())
                logger.error("%s: %s", source.name, trace)
                yield source, f"unexpected error: {trace.strip().splitlines()[-1]}"


def _sentence(source: Source, problem: str) -> str:
    own_words = problem.removeprefix(f"{source.name}: ")
    return " ".join(f"{source.name}: {own_words}".split())


def _what_to_set(source: Source, error: SourceError) -> str:
    names = [setting.name for setting in source.settings if setting.secret]
    if error.status in REFUSED and names:
        return f" (set {', '.join(names)} in .env and run again)"
    return ""


def _land(source: Source, run: Resolved) -> Landed:
    workspace = run.workspace
    return land(
        source,
        raw_url=workspace.raw_url,
        work_folder=workspace.data / "dlt",
        inbox=workspace.inbox,
        environment=run.environment,
        clock=run.clock,
        full=run.full,
        window=run.window,
    )


def _results(
    source: Source, landed: Landed, selected: set[dg.AssetKey]
) -> Iterator[dg.MaterializeResult[None]]:
    counts = landed.counts
    for table in source.tables:
        key = dg.AssetKey([source.name, table.name])
        if key in selected:
            yield dg.MaterializeResult(
                asset_key=key,
                metadata={
                    "rows landed": counts.landed[table.name]
                    - counts.quarantined[table.name],
                    "rows unchanged": counts.unchanged[table.name],
                    "rows quarantined": counts.quarantined[table.name],
                    "configured": landed.is_configured,
                },
            )
