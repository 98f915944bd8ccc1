"""What the benchmarks fill a shop with goes through statements of the product, which change."""

from urllib.parse import urlsplit

from benchmarks import shop
from benchmarks.harness import SEED, Bench
from dangol.customers.models import Company, Person
from dangol.kit import tenancy
from dangol.relations.models import StoryEntry
from tests import databases
from tests.people import make_cast


class ScratchBench(Bench):
    """A benchmark's house that is the test's own database."""

    def __init__(self, database: str) -> None:
        self.seed = SEED
        self._scratch = database

    def superuser_url(self) -> str:
        return urlsplit(databases.cluster_url())._replace(path=f"/{self._scratch}").geturl()


def test_a_small_shop_can_be_filled(committed_db: str) -> None:
    workspace = make_cast().workspace
    tenancy.leave_workspace()
    shop.open_shop(ScratchBench(committed_db), workspace.pk, shop.ShopSize(people=50, companies=5, orders=150))
    with tenancy.workspace(workspace.pk):
        assert Person.objects.count() == 50
        assert Company.objects.count() == 5
        assert StoryEntry.objects.filter(source_table="tracking_order").count() >= 150
