"""
Component tags: `{% #card title=… %}…{% #slot actions %}…{% /slot %}{% /card %}` and `{% @badge label=… %}`.

A component declares its props, the values they may take, and its slots. Anything undeclared is a template error that
names what is accepted. A component's template sees its props and filled slots only, never the page around it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.template import Library, TemplateSyntaxError
from django.template.base import FilterExpression, Node, NodeList, Parser, Template, Token, token_kwargs
from django.template.context import Context
from django.template.engine import Engine
from django.utils.safestring import SafeString, mark_safe

REQUIRED: Final = object()
"""The default of a prop that has none."""

PASSED_ON: Final = ("request", "csrf_token")
"""What a component's template sees of the page besides its props."""

Values = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Component:
    """
    What a tag accepts. `prepare` may turn the given values into what the template needs.

    A constant component shows nothing but its choices: each is drawn once and kept.
    """

    name: str
    props: Mapping[str, object]
    choices: Mapping[str, frozenset[str]] = field(default_factory=dict)
    slots: tuple[str, ...] = ()
    prepare: Callable[[Values], Values] | None = None
    is_constant: bool = False
    drawn: dict[tuple[object, ...], SafeString] = field(default_factory=dict, compare=False)
    templates: dict[Engine, Template] = field(default_factory=dict, compare=False)

    @property
    def template_name(self) -> str:
        return f"ui/components/{self.name}.html"

    def template_in(self, context: Context) -> Template:
        """Return the template, looked for once; while somebody works on the templates, every time."""
        assert context.template is not None
        engine = context.template.engine
        if engine.debug:
            return engine.get_template(self.template_name)
        if engine not in self.templates:
            self.templates[engine] = engine.get_template(self.template_name)
        return self.templates[engine]

    def check_names(self, given: Mapping[str, object]) -> None:
        """
        Compare the attributes of one use with the declaration.

        :raises TemplateSyntaxError: naming the accepted attributes
        """
        if unknown := sorted(set(given) - set(self.props)):
            accepted = ", ".join(self.props) or "nothing"
            message = f"<{self.name}> does not know {', '.join(unknown)}. It accepts: {accepted}."
            raise TemplateSyntaxError(message)
        missing = sorted(name for name, default in self.props.items() if default is REQUIRED and name not in given)
        if missing:
            raise TemplateSyntaxError(f"<{self.name}> needs {', '.join(missing)}.")

    def check_values(self, values: Values) -> None:
        """Refuse a value outside of a prop's declared choices."""
        for name, accepted in self.choices.items():
            if values[name] not in accepted:
                message = f"<{self.name}> {name}={values[name]!r}: it accepts {', '.join(sorted(accepted))}."
                raise TemplateSyntaxError(message)


class SlotNode(Node):
    """A named part of a component's content. It stands directly inside of the component's block."""

    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        message = f"The slot {self.name!r} must stand directly inside of its component, not inside of another tag."
        raise TemplateSyntaxError(message)


class ComponentNode(Node):
    """One use of a component."""

    def __init__(
        self,
        component: Component,
        given: Mapping[str, FilterExpression],
        content: NodeList,
        slots: Mapping[str, NodeList],
    ) -> None:
        self.component = component
        self.given = given
        self.content = content
        self.slots = slots

    def render(self, context: Context) -> SafeString:
        values: Values = dict(self.component.props) | {name: e.resolve(context) for name, e in self.given.items()}
        if not self.component.is_constant:
            return self._draw(context, values)
        key = tuple(values.values())
        kept = self.component.drawn.get(key)
        if kept is None:
            kept = self.component.drawn[key] = self._draw(context, values)
        return kept

    def _draw(self, context: Context, values: Values) -> SafeString:
        self.component.check_values(values)
        if self.component.prepare is not None:
            values = self.component.prepare(values)
        values["content"] = self.content.render(context)
        values["slots"] = {name: nodes.render(context) for name, nodes in self.slots.items()}
        around = {name: context[name] for name in PASSED_ON if name in context}
        template = self.component.template_in(context)
        return mark_safe(template.render(context.new(around | values)).strip())  # noqa: S308 - a rendered, escaped template


def register_component(library: Library, component: Component, *, block: bool) -> None:
    """Add the tag `#name … /name` (block) or `@name` (void) to a template library."""
    if block:
        library.tag(f"#{component.name}", _block_compiler(component))
    else:
        library.tag(f"@{component.name}", _void_compiler(component))


def compile_slot(parser: Parser, token: Token) -> SlotNode:
    """Compile `{% #slot name %}…{% /slot %}`."""
    _, *names = token.split_contents()
    if len(names) != 1:
        raise TemplateSyntaxError("A slot has one name: {% #slot actions %}…{% /slot %}.")
    nodelist = parser.parse(("/slot",))
    parser.delete_first_token()
    return SlotNode(names[0], nodelist)


def _void_compiler(component: Component) -> Callable[[Parser, Token], ComponentNode]:
    def compile_void(parser: Parser, token: Token) -> ComponentNode:
        return ComponentNode(component, _attributes(component, parser, token), NodeList(), {})

    return compile_void


def _block_compiler(component: Component) -> Callable[[Parser, Token], ComponentNode]:
    end = f"/{component.name}"

    def compile_block(parser: Parser, token: Token) -> ComponentNode:
        given = _attributes(component, parser, token)
        nodelist = parser.parse((end,))
        parser.delete_first_token()
        slots = {node.name: node.nodelist for node in _slots(component, nodelist)}
        content = NodeList(node for node in nodelist if not isinstance(node, SlotNode))
        return ComponentNode(component, given, content, slots)

    return compile_block


def _attributes(component: Component, parser: Parser, token: Token) -> Mapping[str, FilterExpression]:
    bits = token.split_contents()[1:]
    given: dict[str, FilterExpression] = token_kwargs(bits, parser)
    if bits:
        raise TemplateSyntaxError(f"<{component.name}> takes name=value attributes only, not {bits[0]!r}.")
    component.check_names(given)
    return given


def _slots(component: Component, nodelist: NodeList) -> Iterator[SlotNode]:
    for node in nodelist:
        if isinstance(node, SlotNode):
            if node.name not in component.slots:
                accepted = ", ".join(component.slots) or "none"
                raise TemplateSyntaxError(f"<{component.name}> has no slot {node.name!r}. It has: {accepted}.")
            yield node
