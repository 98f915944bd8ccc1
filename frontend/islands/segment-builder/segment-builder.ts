/**
 * <segment-builder> wraps the rows of the segment form, which the server draws and which work without this script.
 * It adds the keyboard: Alt+↑ and Alt+↓ go from row to row, Alt+Enter adds a row to the group, Alt+Delete removes the
 * row and goes to its neighbour. What is typed while the server draws the rows is carried over, with focus and caret.
 * After every redraw it tells the page, so that the count follows.
 */
declare const htmx: { swap(target: Element, html: string, how: { swapStyle: string }): void };

interface HtmxEvent extends Event {
  detail: { target: Element; xhr: XMLHttpRequest; shouldSwap?: boolean; serverResponse?: string };
}

interface Typed {
  values: Map<string, string>;
  focused: string;
  caret: [number | null, number | null] | null;
}

/** What was typed while the server drew the rows, on its way from the old builder to the new one. */
let typed: Typed | null = null;

class SegmentBuilder extends HTMLElement {
  connectedCallback(): void {
    this.classList.add("is-alive");
    document.documentElement.classList.add("has-segment-builder");
    this.addEventListener("keydown", this.onKey);
    this.addEventListener("click", this.onClick);
    this.addEventListener("compositionstart", this.onComposing);
    this.addEventListener("compositionend", this.onComposed);
    document.body.addEventListener("htmx:beforeRequest", this.onAsked);
    document.body.addEventListener("htmx:beforeSwap", this.onAnswered);
    if (this.hasAttribute("data-drawn-again")) return;
    this.takeTyped();
    this.takeFocus();
    document.body.dispatchEvent(new CustomEvent("segment-reshaped"));
  }

  disconnectedCallback(): void {
    this.removeEventListener("keydown", this.onKey);
    this.removeEventListener("click", this.onClick);
    this.removeEventListener("compositionstart", this.onComposing);
    this.removeEventListener("compositionend", this.onComposed);
    document.body.removeEventListener("htmx:beforeRequest", this.onAsked);
    document.body.removeEventListener("htmx:beforeSwap", this.onAnswered);
  }

  /** What stood in the inputs when each request to draw the rows again went out. */
  private readonly asked = new WeakMap<XMLHttpRequest, Map<string, string>>();
  private isComposing = false;
  private held: HtmxEvent["detail"] | null = null;

  private readonly onAsked = (event: Event): void => {
    const { target, xhr } = (event as HtmxEvent).detail;
    if (target === this) this.asked.set(xhr, this.values());
  };

  /** The answer knows nothing of what was typed since, so that is carried over. A half-typed syllable is waited for. */
  private readonly onAnswered = (event: Event): void => {
    const detail = (event as HtmxEvent).detail;
    if (detail.target !== this || !detail.shouldSwap) return;
    if (this.isComposing) {
      detail.shouldSwap = false;
      this.held = detail;
    } else this.keepTyped(detail.xhr);
  };

  private readonly onComposing = (): void => {
    this.isComposing = true;
  };

  private readonly onComposed = (): void => {
    this.isComposing = false;
    if (this.held === null) return;
    this.keepTyped(this.held.xhr);
    htmx.swap(this, this.held.serverResponse ?? "", { swapStyle: "outerHTML" });
  };

  private values(): Map<string, string> {
    return new Map([...this.inputs()].map((input) => [input.name, input.value]));
  }

  private inputs(): NodeListOf<HTMLInputElement | HTMLSelectElement> {
    return this.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input[name], select[name]");
  }

  private keepTyped(request: XMLHttpRequest): void {
    const asked = this.asked.get(request);
    const at = document.activeElement;
    typed = {
      values: new Map([...this.values()].filter(([name, value]) => asked?.get(name) !== value)),
      focused: at instanceof HTMLElement && this.contains(at) ? at.id : "",
      caret: at instanceof HTMLInputElement && at.selectionStart !== null ? [at.selectionStart, at.selectionEnd] : null,
    };
  }

  private takeTyped(): void {
    if (!typed) return;
    const { values, focused, caret } = typed;
    typed = null;
    for (const input of this.inputs()) {
      const value = values.get(input.name);
      if (value === undefined || value === input.value) continue;
      if (input instanceof HTMLSelectElement && ![...input.options].some((option) => option.value === value)) continue;
      input.value = value;
      // Its own request went out from a row that is gone: ask again once htmx knows the new one.
      if (input.hasAttribute("hx-post")) this.changeOnceSettled(input);
    }
    const at = focused ? document.getElementById(focused) : null;
    if (!at) return;
    for (const fresh of this.querySelectorAll("[autofocus]")) fresh.removeAttribute("autofocus");
    at.focus();
    if (caret && at instanceof HTMLInputElement) at.setSelectionRange(...caret);
  }

  private changeOnceSettled(input: HTMLElement): void {
    const change = (): boolean => input.dispatchEvent(new Event("change", { bubbles: true }));
    document.body.addEventListener("htmx:afterSettle", change, { once: true });
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.altKey && event.target instanceof HTMLInputElement) {
      // Enter in a field would press the form's first button, which may remove a row.
      event.preventDefault();
      return;
    }
    if (!event.altKey) return;
    const act = { ArrowDown: this.next, ArrowUp: this.previous, Enter: this.addRow, Delete: this.removeRow }[event.key];
    if (!act) return;
    event.preventDefault();
    act.call(this, this.rowOf(event.target));
  };

  private readonly onClick = (event: MouseEvent): void => {
    const button = (event.target as Element).closest<HTMLElement>("[data-act=remove]");
    if (button) this.rememberNeighbour(this.rowOf(button));
  };

  private rows(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>(".segment-row")];
  }

  private rowOf(target: EventTarget | null): HTMLElement | null {
    return target instanceof Element ? target.closest<HTMLElement>("[data-row]") : null;
  }

  private next(row: HTMLElement | null): void {
    this.step(row, 1);
  }

  private previous(row: HTMLElement | null): void {
    this.step(row, -1);
  }

  private step(row: HTMLElement | null, by: number): void {
    const rows = this.rows();
    const at = row ? rows.indexOf(row) : -1;
    focusFirst(rows[Math.min(Math.max(at + by, 0), rows.length - 1)]);
  }

  private addRow(row: HTMLElement | null): void {
    const group = row?.closest<HTMLElement>(".segment-group") ?? this.querySelector<HTMLElement>(".segment-group");
    const buttons = group?.querySelectorAll<HTMLElement>("[data-act=add]");
    buttons?.[buttons.length - 1]?.click();
  }

  private removeRow(row: HTMLElement | null): void {
    row?.querySelector<HTMLElement>("[data-act=remove]")?.click();
  }

  /** The row that stands where the removed one stood gets the focus when the form is drawn again. */
  private rememberNeighbour(row: HTMLElement | null): void {
    if (row) sessionStorage.setItem("segment-builder-focus", String(Math.max(this.rows().indexOf(row), 0)));
  }

  private takeFocus(): void {
    const kept = sessionStorage.getItem("segment-builder-focus");
    if (kept === null) return;
    sessionStorage.removeItem("segment-builder-focus");
    const rows = this.rows();
    focusFirst(rows[Math.min(Number(kept), rows.length - 1)]);
  }
}

function focusFirst(row: HTMLElement | undefined): void {
  row?.querySelector<HTMLElement>("select, input")?.focus();
}

customElements.define("segment-builder", SegmentBuilder);
