"""The settings of sister commons reach their clients."""

from dataclasses import asdict, fields

from gateway.commons import addresses_of, clients_of, keeping_of, limits_of
from gateway.settings import Settings
from resolvers.commons.addresses import CommonsAddresses
from resolvers.commons.limits import CommonsLimits, KeepingLimits


def test_without_settings_the_bounds_are_the_defaults() -> None:
    settings = Settings()
    assert (addresses_of(settings), limits_of(settings), keeping_of(settings)) == (
        CommonsAddresses(),
        CommonsLimits(),
        KeepingLimits(),
    )


def test_every_setting_reaches_its_bound() -> None:
    addresses = {each.name: f"http://127.0.0.1:9/{each.name}" for each in fields(CommonsAddresses)}
    # How long the first pause is, is no setting.
    bounds = {each.name: 3 for each in fields(CommonsLimits) if each.name != "first_pause"} | {"answer_bytes": 100_003}
    keeping = {each.name: number for number, each in enumerate(fields(KeepingLimits), 5)}
    given = {**addresses, **{f"commons_{name}": value for name, value in {**bounds, **keeping}.items()}}
    settings = Settings.model_validate(given)
    assert asdict(addresses_of(settings)) == addresses
    assert asdict(limits_of(settings)) == {**bounds, "first_pause": CommonsLimits.first_pause}
    assert asdict(keeping_of(settings)) == keeping


async def test_there_is_a_client_for_each_address() -> None:
    async with clients_of(Settings()) as commons:
        names = {each.name.upper() for each in fields(CommonsAddresses)}
        assert set(commons.services) == set(commons.kept) == names
        assert {commons.gdc.service.name, commons.pdc.service.name, commons.cda.service.name} == {"GDC", "PDC", "CDA"}
        assert (commons.icdc.service.name, commons.drs.service.name) == ("ICDC", "DRS")
