"""What a written address says besides: the city and the postal code."""

from dangol.customers.models import Company, Person
from dangol.kit.road_addresses import read_road_address


def fill_from_address(row: Person | Company) -> None:
    """Fill the city and the postal code of a row from its Korean address, where they are missing."""
    if not row.address or (row.city and row.postal_code):
        return
    read = read_road_address(row.address)
    if read is None:
        return
    row.city = row.city or read.city
    row.postal_code = row.postal_code or read.postal_code
    row.country = row.country or "KR"
