"""The proof with which a back end fetches a token again."""

from sealgate.xapps.replay import proves, refetch_hash

OTT = "4d2f9c10-8e7b-4a63-b5d1-0c9e8f7a6b52"
SECRET = "b7e6f0a2-5c1d-4f3e-9a8b-2d4c6e8f0a1b"
DEVICE = "A1B2C3D4-0000-4A5B-8C6D-7E8F9A0B1C2D"
HASH = "4c51e640a8d21d82c9119e8ed4ad801aa56a84ba"
OTHER = "0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41"


def test_the_hash_is_that_of_the_published_clients_in_any_case_of_its_parts():
    assert refetch_hash(OTT, SECRET, DEVICE) == HASH
    assert refetch_hash(OTT.upper(), SECRET.upper(), DEVICE.lower()) == HASH


def test_the_hash_with_either_live_secret_counts():
    assert proves(HASH, OTT, DEVICE, [OTHER, SECRET])
    assert proves(HASH.upper(), OTT, DEVICE, [SECRET, OTHER])


def test_nothing_else_counts():
    assert not proves(HASH, OTT, DEVICE, [OTHER])
    assert not proves(HASH, OTT, DEVICE, [])
    assert not proves(HASH, OTT, OTHER, [SECRET])
    assert not proves(HASH, OTHER, DEVICE, [SECRET])
    for shown in ("", HASH[:-1], HASH + "0", "é" * 40):
        assert not proves(shown, OTT, DEVICE, [SECRET])
