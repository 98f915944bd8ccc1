"""What the benchmarks fill a shop with goes through statements of the product, which change."""

from urllib.parse import urlsplit

from benchmarks import shop, shop_events
from benchmarks.harness import SEED, Bench
from dangol.customers.models import Company, Person
from dangol.kit import tenancy
from dangol.relations.models import StoryEntry
from dangol.tracking.models import Event
from dangol.tracking.queries import EventsNow
from tests import databases
from tests.people import make_cast
from tests.tracking.test_lake import Lakeside, lake

__all__ = ["lake"]


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


def test_people_of_a_shop_can_have_done_something(lake: Lakeside, committed_db: str) -> None:
    shop_events.have_events(ScratchBench(committed_db), lake.workspace_id, people=1, events=300)
    with tenancy.workspace(lake.workspace_id):
        assert Event.objects.count() == EventsNow.of(lake.workspace_id).rows == 300
