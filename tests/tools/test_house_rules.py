"""Each house rule is shown what it must let through and what it must catch."""

from pathlib import Path

import pytest

from tools import house_rules
from tools.house_rules import Rule, Source

LONG_FUNCTION = "def f():\n" + "    x = 1\n" * 50

PYTHON_EXAMPLES: list[tuple[Rule, str, str, str]] = [
    (house_rules.file_size, "dangol/sales/deals.py", "x = 1\n" * 400, "x = 1\n" * 401),
    (house_rules.function_size, "dangol/sales/deals.py", "def f():\n    return 1\n", LONG_FUNCTION),
    (
        house_rules.foreign_writes,
        "dangol/sales/operations.py",
        "from dangol.sales.models import Deal\nDeal.objects.create()",
        "from dangol.customers.models import Person\nPerson.objects.filter(x=1).update(y=2)",
    ),
    (house_rules.registry_lookups, "dangol/sales/queries.py", "from x import Deal", "apps.get_model('sales', 'Deal')"),
    (
        house_rules.model_signals,
        "dangol/sales/apps.py",
        "from django.core.signals import request_started",
        "from django.db.models.signals import post_save",
    ),
    (
        house_rules.unscoped_reads,
        "dangol/sales/views/deal_list.py",
        "Deal.objects.visible_to(request.member)",
        "Deal.objects.all()",
    ),
    (house_rules.junk_drawers, "dangol/sales/utils.py", "", "x = 1"),
    (
        house_rules.unexplained_escapes,
        "dangol/sales/deals.py",
        "x = 1  # noqa: S101 - narrows a type",
        "x = 1  # no" + "qa: S101",
    ),
    (
        house_rules.unexplained_escapes,
        "dangol/sales/deals.py",
        "x = 1  # type: ignore[arg-type] # the stub is wrong",
        "x = 1  # type: " + "ignore[arg-type]",
    ),
]

TEMPLATE_EXAMPLES: list[tuple[Rule, str, str]] = [
    (house_rules.inline_code, '<p class="muted">x</p>', '<p style="color:red">x</p>'),
    (house_rules.inline_code, '<script src="x.js" defer></script>', "<script>alert(1)</script>"),
    (house_rules.inline_code, '<a href="#">x</a>', '<a onclick="x()">x</a>'),
    (house_rules.template_size, "<p>\n" * 120, "<p>\n" * 121),
    (house_rules.untrimmed_translations, "{% blocktranslate trimmed %}", "{% blocktranslate with x=y %}"),
]


@pytest.mark.parametrize(("rule", "path", "good", "bad"), PYTHON_EXAMPLES)
def test_python_rule(rule: Rule, path: str, good: str, bad: str) -> None:
    if rule is not house_rules.junk_drawers:
        assert list(rule(Source(Path(path), good))) == []
    assert len(list(rule(Source(Path(path), bad)))) == 1


@pytest.mark.parametrize(("rule", "good", "bad"), TEMPLATE_EXAMPLES)
def test_template_rule(rule: Rule, good: str, bad: str) -> None:
    path = Path("dangol/sales/templates/sales/deal.html")
    assert list(rule(Source(path, good))) == []
    assert len(list(rule(Source(path, bad)))) == 1


def test_every_rule_has_an_example() -> None:
    shown = {rule for rule, *_ in PYTHON_EXAMPLES} | {rule for rule, *_ in TEMPLATE_EXAMPLES}
    assert shown == {*house_rules.PYTHON_RULES, *house_rules.TEMPLATE_RULES}
