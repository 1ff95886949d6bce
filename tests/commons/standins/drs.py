"""The CRDC's resolver of data objects (GA4GH DRS by indexd): /ga4gh/drs/v1/objects/{id}, and many at once.

Its quirks:

1. Ids have a slash: `dg.4DFC/<uuid>`, as it is or as `%2F`; `dg.4DFC:<uuid>` and the bare uuid lead to the same.
   The prefix in small letters, as CDA has it, is not found.
2. Only series of IDC's first release are bundles. Of other series, and of studies, nobody knows: 404 with
   `{"msg": "no record found", "status_code": 404}`.
3. A bundle has no `access_methods`, and `name` of what it contains is null; with `expand=true` its contents have
   theirs (here: empty lists, as instances have none).
4. `older=True` speaks DRS 1.2 as IDC's documentation shows it: the size of an instance is a string (that of a bundle
   a number), `self_uri` has the host in it, and there are no clouds, authorizations and index times.
5. `POST /objects` with `bulk_object_ids` answers 200 for what was and wasn't found together, in another order; more
   than 100 are 413. (That status is of the specification; nobody saw it.)
6. A signed URL (`/objects/{id}/access/{access_id}`) is 401 without a token; `signed` counts who asked.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

import orjson
from aiohttp import web

from tests.commons.standins.draw import stream
from tests.commons.standins.drs_objects import PREFIX
from tests.commons.standins.server import StandIn, json_answer
from tests.commons.standins.world import World

ROOT = "/ga4gh/drs/v1"
BULK = 100
HOST = "nci-crdc.datacommons.io"
NEWER = ("index_created_time", "index_updated_time")
NEWER_OF_METHODS = ("cloud", "available", "authorizations")
Document = dict[str, Any]


class Drs(StandIn):
    """The stand-in of the resolver over a world."""

    service = "drs"

    def __init__(self, world: World, release: str = "1.5.0", older: bool = False) -> None:
        super().__init__(world, release)
        self.older = older
        self.signed = 0

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        return [
            web.get(f"{ROOT}/service-info", self._info),
            web.post(f"{ROOT}/objects", self._bulk),
            web.get(f"{ROOT}/objects/{{id:.+}}/access/{{access}}", self._access),
            web.get(f"{ROOT}/objects/{{id:.+}}", self._one),
        ]

    async def _info(self, request: web.Request) -> web.Response:
        kind = {"group": "org.ga4gh", "artifact": "drs", "version": self.release}
        organization = {"name": "CRDC", "url": f"https://{HOST}"}
        body = {"id": HOST, "name": "DRS System", "type": kind, "version": "5.2.0", "organization": organization,
                "maxBulkRequestLength": BULK}  # fmt: skip
        return json_answer(body)

    def _found(self, given: str) -> Document | None:
        uuid = unquote(given).removeprefix(f"{PREFIX}/").removeprefix(f"{PREFIX}:")
        object_id = f"{PREFIX}/{uuid}"
        known = next((known for known in self.world.drs_objects if known.object_id == object_id), None)
        return None if known is None else dict(known.document)

    def _spelled(self, document: Document) -> Document:
        """As the version of the API has it that is played."""
        if not self.older:
            return document
        made = {name: value for name, value in document.items() if name not in NEWER}
        made["self_uri"] = f"drs://{HOST}/{document['id']}"
        if document["form"] == "bundle":
            return made
        methods = [
            {name: value for name, value in method.items() if name not in NEWER_OF_METHODS}
            for method in document["access_methods"]
        ]
        return {**made, "size": str(document["size"]), "access_methods": methods}

    @staticmethod
    def _missing() -> web.Response:
        return json_answer({"msg": "no record found", "status_code": 404}, 404)

    async def _one(self, request: web.Request) -> web.Response:
        found = self._found(request.match_info["id"])
        if found is None:
            return self._missing()
        if request.query.get("expand", "").lower() == "true" and found["contents"]:
            found["contents"] = [{**content, "contents": []} for content in found["contents"]]
        return json_answer(self._spelled(found))

    async def _bulk(self, request: web.Request) -> web.Response:
        try:
            asked = orjson.loads(await request.read())["bulk_object_ids"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return json_answer({"msg": "bulk_object_ids is missing", "status_code": 400}, 400)
        if len(asked) > BULK:
            return json_answer({"msg": f"more than {BULK} ids", "status_code": 413}, 413)
        found = {object_id: self._found(object_id) for object_id in asked}
        resolved = [self._spelled(document) for document in found.values() if document is not None]
        stream("rows", self.service, len(self.requests)).shuffle(resolved)
        missing = [object_id for object_id, document in found.items() if document is None]
        unresolved = [{"error_code": 404, "object_ids": missing}] if missing else []
        summary = {"requested": len(asked), "resolved": len(resolved), "unresolved": len(missing)}
        return json_answer({"summary": summary, "unresolved_drs_objects": unresolved, "resolved_drs_objects": resolved})

    async def _access(self, request: web.Request) -> web.Response:
        self.signed += 1
        if self._found(request.match_info["id"]) is None:
            return self._missing()
        return json_answer({"msg": "Unauthorized", "status_code": 401}, 401)
