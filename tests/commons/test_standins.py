"""The stand-ins of the sister commons answer recorded requests in the recorded shapes.

`recorded_shapes.json` has a row for each: what was asked, and the shape of what was answered (of GDC and CDA as their
documentation has it; of PDC as rendered from its Swagger examples, which spell numbers of its schema as strings).
`missing` and `more` are what the stand-in is known not to have, or to have beyond it; `other` what is of another type.
GDC leaves out fields without a value, so that they're missing where the world has none.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.commons.standins.asking import ask
from tests.commons.standins.cda import Cda
from tests.commons.standins.drs import Drs
from tests.commons.standins.gdc import Gdc
from tests.commons.standins.pdc import Pdc
from tests.commons.standins.server import StandIn
from tests.commons.standins.shapes import differences, named, paths
from tests.commons.standins.world import World

RECORDED = json.loads((Path(__file__).parents[1] / "data" / "commons" / "recorded_shapes.json").read_text())


@pytest.fixture(scope="module")
def standins(gdc: Gdc, pdc: Pdc, truth: World) -> Iterator[dict[str, StandIn]]:
    """By service; `older` is DRS before 1.5, `undated` GDC without a release in its status."""
    with Cda(truth) as cda, Drs(truth) as drs, Drs(truth, older=True) as older, Gdc(truth, dated=False) as undated:
        yield {"gdc": gdc, "pdc": pdc, "cda": cda, "drs": drs, "older": older, "undated": undated}


def settled(answer: Any) -> Any:
    """The answer with the names in the keys of CDA's Venn diagram in one order: they have none."""
    for row in answer.get("result", ()):
        if "data_source" in row and isinstance(row["data_source"], dict):
            row["data_source"] = {venn(key): count for key, count in row["data_source"].items()}
    return answer


def venn(key: str) -> str:
    """A key of the diagram, its names sorted."""
    names = "_".join(sorted(key.removesuffix("_exclusive").split("_")))
    return f"{names}_exclusive" if key.endswith("_exclusive") else names


@pytest.mark.parametrize("row", RECORDED, ids=[f"{row['service']} {row['name']}" for row in RECORDED])
def test_a_recorded_request_is_answered_in_the_recorded_shape(
    row: dict[str, Any], standins: dict[str, StandIn]
) -> None:
    asked = ask(standins[row.get("of", row["service"])], row["path"], row.get("body"), row["method"])
    assert asked.status == 200
    found = differences(paths(settled(asked.json)), named(row["shape"]))
    assert found == {name: row[name] for name in ("missing", "more", "other") if name in row}
