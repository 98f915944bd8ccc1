/**
 * <segment-builder> wraps the rows of the segment form, which the server draws and which work without this script.
 * It adds the keyboard: Alt+↑ and Alt+↓ go from row to row, Alt+Enter adds a row to the group, Alt+Delete removes the
 * row and goes to its neighbour. After every redraw it tells the page, so that the count follows.
 */
class SegmentBuilder extends HTMLElement {
  connectedCallback(): void {
    this.classList.add("is-alive");
    document.documentElement.classList.add("has-segment-builder");
    this.addEventListener("keydown", this.onKey);
    this.addEventListener("click", this.onClick);
    if (this.hasAttribute("data-drawn-again")) return;
    this.takeFocus();
    document.body.dispatchEvent(new CustomEvent("segment-reshaped"));
  }

  disconnectedCallback(): void {
    this.removeEventListener("keydown", this.onKey);
    this.removeEventListener("click", this.onClick);
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
