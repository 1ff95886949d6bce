"""DRS: ids that are made here, and objects as IDC's documentation shows them."""

from typing import Any

import pytest
from aiohttp import web

from resolvers.commons.drs import Access, Drs, DrsObject, DrsObjects, drs_id, drs_uri
from schema.errors import SchemaDrift
from tests.commons.small import Received, service_of, small, told

INSTANCE = "641121f1-5ca0-42cc-9156-fb5538c14355"
SERIES = "cc9c8541-949d-48d9-beaf-7028aa4906dc"
ABSENT = "00000000-0000-4000-8000-000000000000"
OBJECT: dict[str, Any] = {
    "access_methods": [
        {
            "access_id": "s3",
            "access_url": {"url": f"s3://idc-open-data/{SERIES}/{INSTANCE}.dcm"},
            "region": "us-east-1",
            "type": "s3",
        },
        {"access_id": "signed", "type": "https"},
    ],
    "checksums": [{"checksum": "f338e8c5e3d8955d222a04d5f3f6e2b4", "type": "md5"}],
    "contents": [],
    "form": "object",
    "id": f"dg.4DFC/{INSTANCE}",
    "name": "1.3.6.1.4.1.14519.5.2.1.7695.1700.277743171070833720282648319465",
    "size": "135450",
    "version": "idc_v1",
}
BUNDLE: dict[str, Any] = {
    "checksums": [{"checksum": "0512207cb222fa2f085bc110c8474fa2", "type": "md5"}],
    "contents": [{"drs_uri": f"drs://nci-crdc.datacommons.io/dg.4DFC/{INSTANCE}", "id": f"dg.4DFC/{INSTANCE}"}],
    "form": "bundle",
    "id": f"dg.4DFC/{SERIES}",
    "name": None,
    "size": 270902,
    "version": "",
}
READ = DrsObject(
    id=f"dg.4DFC/{INSTANCE}",
    uri=f"drs://dg.4DFC:{INSTANCE}",
    name=OBJECT["name"],
    size=135450,
    version="idc_v1",
    checksums=(("md5", "f338e8c5e3d8955d222a04d5f3f6e2b4"),),
    access=(Access("s3", f"s3://idc-open-data/{SERIES}/{INSTANCE}.dcm", "us-east-1"),),
    contents=(),
)
OBJECTS = {each["id"]: each for each in (OBJECT, BUNDLE)}
PATH = "/ga4gh/drs/v1/objects"


def answer(request: Received) -> web.Response:
    if request.method == "GET":
        found = OBJECTS.get(request.path.removeprefix(PATH + "/"))
        return told({"msg": "no record found", "status_code": 404}, 404) if found is None else told(found)
    ids = request.json["bulk_object_ids"]
    return told({"resolved_drs_objects": [OBJECTS[each] for each in ids if each in OBJECTS]})


@pytest.mark.parametrize(
    "spelt",
    [
        INSTANCE,
        INSTANCE.upper(),
        f"dg.4DFC/{INSTANCE}",
        f"dg.4DFC:{INSTANCE}",
        f"drs://dg.4dfc:{INSTANCE}",
        f"drs://dg.4DFC:{INSTANCE}",
        f"drs://nci-crdc.datacommons.io/dg.4DFC/{INSTANCE}",
    ],
)
def test_every_spelling_is_one_id(spelt: str) -> None:
    assert (drs_id(spelt), drs_uri(spelt)) == (f"dg.4DFC/{INSTANCE}", f"drs://dg.4DFC:{INSTANCE}")


@pytest.mark.parametrize(
    "spelt", ["", "dg.4DFC/", "dg.4DFC/../secrets", f"dg.4503/{INSTANCE}", INSTANCE + "/access/s3"]
)
def test_what_is_no_id_of_idc_is_refused(spelt: str) -> None:
    with pytest.raises(ValueError, match="is no DRS id: give a UUID"):
        drs_id(spelt)


async def test_objects_bundles_and_what_is_not_registered() -> None:
    async with small(answer) as server, service_of(server.url, name="DRS") as service:
        drs = Drs(service)
        assert await drs.object(INSTANCE) == READ
        bundle = await drs.object(SERIES)
        assert bundle is not None and (bundle.contents, bundle.access) == ((f"dg.4DFC/{INSTANCE}",), ())
        assert (bundle.size, bundle.name, bundle.version) == (270902, None, None)
        assert await drs.object(ABSENT) is None
        assert service.breaker.state == "closed"
        # No address is ever signed.
        assert not any("/access/" in request.path for request in server.received)


async def test_many_objects_a_hundred_at_a_time() -> None:
    absent = [f"00000000-0000-4000-8000-{number:012}" for number in range(148)]
    async with small(answer) as server, service_of(server.url, name="DRS") as service:
        found = await Drs(service).objects([INSTANCE, f"drs://dg.4dfc:{INSTANCE}", SERIES, *absent])
        assert [each.id for each in found.objects] == [f"dg.4DFC/{INSTANCE}", f"dg.4DFC/{SERIES}"]
        assert found.absent == tuple(f"dg.4DFC/{each}" for each in absent)
        assert [len(request.json["bulk_object_ids"]) for request in server.received] == [100, 50]
        assert await Drs(service).objects([]) == DrsObjects((), ())


@pytest.mark.parametrize("body", [[], {"id": "x"}, {**OBJECT, "access_methods": [{"access_url": {"url": "s3://x"}}]}])
async def test_another_form_is_drift(body: Any) -> None:
    async with small(lambda _: told(body)) as server, service_of(server.url, name="DRS") as service:
        with pytest.raises(SchemaDrift):
            await Drs(service).object(INSTANCE)
