"""How many examples a property is tried with: few at each change, many in a campaign."""

from hypothesis import HealthCheck, settings

from search.engines import Engine
from search.engines.elastic import ElasticsearchEngine

_FEW = 2_000


def tries(number: int, engine: Engine | None = None) -> settings:
    """The settings of a property. Few tries are the same on every run; a campaign tries others.

    An engine on a server, which takes many times as long to answer, is asked a quarter as often.
    """
    if isinstance(engine, ElasticsearchEngine):
        number //= 4
    return settings(
        max_examples=number,
        deadline=None,
        derandomize=number <= _FEW,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
