import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError


def rendered(source: str, **context: object) -> str:
    return " ".join(Template(source).render(Context(context)).split())


def test_card_shows_its_content_and_its_actions() -> None:
    html = rendered(
        '{% #card title="오늘" %}{{ said }}{% #slot actions %}<a href="/x">x</a>{% /slot %}{% /card %}', said="<b>"
    )
    assert html == (
        '<section class="card"> <header class="card-header"> <div><h2 class="card-title">오늘</h2></div>'
        ' <div class="cluster"><a href="/x">x</a></div> </header> <div class="card-body">&lt;b&gt;</div> </section>'
    )


def test_props_are_escaped() -> None:
    assert rendered("{% @badge label=name %}", name="<i>") == '<span class="badge badge-neutral">&lt;i&gt;</span>'


def test_components_of_one_kind_nest() -> None:
    html = rendered('{% #card title="a" %}{% #card title="b" %}in{% /card %}{% /card %}')
    assert html.count('<section class="card">') == 2


def test_a_component_does_not_see_the_page_around_it() -> None:
    assert "nobody" not in rendered("{% #card %}x{% /card %}", title="nobody")


def test_a_slot_sees_the_page_around_the_component() -> None:
    assert ">민수<" in rendered(
        '{% #empty title="t" %}x{% #slot actions %}<b>{{ who }}</b>{% /slot %}{% /empty %}', who="민수"
    )


@pytest.mark.parametrize(
    "source, message",
    [
        ('{% @badge label="x" colour="red" %}', "<badge> does not know colour. It accepts: label, tone, icon."),
        ("{% @badge %}", "<badge> needs label."),
        ('{% @badge "x" %}', "<badge> takes name=value attributes only, not '\"x\"'."),
        ('{% @badge label="x" tone="red" %}', "<badge> tone='red': it accepts accent, bad, good, neutral, warn."),
        ("{% #card %}{% #slot foot %}{% /slot %}{% /card %}", "<card> has no slot 'foot'. It has: actions."),
        ("{% #card %}{% #slot %}{% /slot %}{% /card %}", "A slot has one name: {% #slot actions %}…{% /slot %}."),
        (
            "{% #card %}{% if 1 %}{% #slot actions %}{% /slot %}{% endif %}{% /card %}",
            "The slot 'actions' must stand directly inside of its component, not inside of another tag.",
        ),
        ('{% @icon name="unicorn" %}', "<icon> name='unicorn': it accepts "),
    ],
)
def test_misuse_is_an_error_that_says_what_is_accepted(source: str, message: str) -> None:
    with pytest.raises(TemplateSyntaxError) as refusal:
        rendered(source)
    assert str(refusal.value).startswith(message)


def test_button_with_an_address_is_a_link() -> None:
    html = rendered('{% #button href="/people/" kind="primary" icon="plus" %}Add{% /button %}')
    assert html.startswith('<a class="button button-primary" href="/people/"><svg class="icon"')
    assert html.endswith("Add</a>")


def test_button_speaks_htmx() -> None:
    html = rendered('{% #button hx_post="/x/" hx_confirm="Sure?" type="button" %}Go{% /button %}')
    assert html == '<button class="button button-secondary" type="button" hx-post="/x/" hx-confirm="Sure?">Go</button>'


class ShopForm(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the sign")
    open = forms.BooleanField(label="Open", required=False)
    size = forms.ChoiceField(label="Size", choices=[("s", "Small")], widget=forms.RadioSelect)


def test_field_ties_label_help_and_error_to_the_input() -> None:
    html = rendered("{% @field field=form.name %}", form=ShopForm({}))
    assert '<label class="field-label" for="id_name">Name</label>' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert '<div class="field-help" id="id_name_helptext">As on the sign</div>' in html
    assert '<div class="field-error" id="id_name_error"><p>' in html
    assert 'aria-invalid="true"' in html


def test_field_with_choices_is_a_group_with_a_legend() -> None:
    html = rendered("{% @field field=form.size %}", form=ShopForm())
    assert html.startswith('<fieldset class="field"> <legend class="field-label">Size</legend>')


def test_optional_field_says_so_but_a_checkbox_does_not() -> None:
    assert "(" not in rendered("{% @field field=form.open %}", form=ShopForm())
