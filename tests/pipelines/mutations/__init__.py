"""What is done to a right warehouse, and the expectation that has to notice it.

One module for each kind of mart. A mutation is a mart, SQL that spoils the warehouse,
and the expectation of that mart which fails then: its column or kind.
"""

from tests.pipelines.mutations import (
    business,
    columns,
    facts,
    operations,
    outlook,
    people,
    scores,
    summaries,
)

MUTATIONS = [
    *people.MUTATIONS,
    *facts.MUTATIONS,
    *business.MUTATIONS,
    *scores.MUTATIONS,
    *outlook.MUTATIONS,
    *summaries.MUTATIONS,
    *operations.MUTATIONS,
    *columns.MUTATIONS,
]
