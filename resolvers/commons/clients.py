"""All clients of sister commons, over one session and one shelf of kept answers."""

from collections.abc import Mapping
from types import TracebackType
from typing import Self

import aiohttp

from resolvers.commons import cda, gdc_pages, pdc
from resolvers.commons.addresses import CommonsAddresses
from resolvers.commons.cda import Cda
from resolvers.commons.drs import Drs
from resolvers.commons.gdc import Gdc
from resolvers.commons.icdc import Icdc
from resolvers.commons.kept import KeptService, Shelf
from resolvers.commons.limits import CommonsLimits, KeepingLimits
from resolvers.commons.pdc import Pdc
from resolvers.commons.transport import Service

# What tells the release of each; ICDC and DRS tell none.
_RELEASES = {
    "GDC": gdc_pages.STATUS,
    "PDC": pdc.RELEASE,
    "CDA": cda.RELEASE,
    "ICDC": None,
    "DRS": None,
}


class CommonsClients:
    """Clients whose answers are kept. `async with CommonsClients(...) as commons: await commons.gdc.cases(...)`."""

    def __init__(
        self,
        addresses: CommonsAddresses,
        limits: CommonsLimits,
        keeping: KeepingLimits,
    ) -> None:
        # Every question has its own time, so the session has none.
        self._session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=None),
            connector=aiohttp.TCPConnector(limit_per_host=limits.at_once),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        self.shelf = Shelf(keeping.kept_bytes)
        self.services: Mapping[str, Service] = {
            name: Service(name, getattr(addresses, name.lower()), limits, self._session) for name in _RELEASES
        }
        self.kept: Mapping[str, KeptService] = {
            name: KeptService(service, _RELEASES[name], self.shelf, keeping) for name, service in self.services.items()
        }
        self.gdc = Gdc(self.kept["GDC"])
        self.pdc = Pdc(self.kept["PDC"])
        self.cda = Cda(self.kept["CDA"])
        self.icdc = Icdc(self.kept["ICDC"])
        self.drs = Drs(self.kept["DRS"])

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends all connections. What was still being asked is not answered."""
        await self._session.close()
