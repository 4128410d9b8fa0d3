"""Which first milestones lead to a star, against members known as long who are none.

grain: path. See pipelines/stars/paths.py.
"""


def model(dbt, session):  # noqa: ANN001, ANN201
    """Yields: intermediate.int_star_paths."""
    from pipelines.stars import paths

    dbt.config(materialized="table", schema="intermediate")
    return paths.star_paths(
        people=dbt.ref("int_star_path_people"),
        steps=dbt.ref("int_star_path_steps"),
        labels=dbt.ref("star_milestones"),
    )
