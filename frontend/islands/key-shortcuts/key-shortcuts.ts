/**
 * <key-shortcuts> walks lists by keyboard: j and k choose a row of the page's first table or list, Enter opens it,
 * x ticks its checkbox, e opens its edit link. A link with data-key takes that key for itself. Keys never act while
 * somebody types.
 */
class KeyShortcuts extends HTMLElement {
  connectedCallback(): void {
    document.addEventListener("keydown", (event) => this.act(event));
  }

  private act(event: KeyboardEvent): void {
    const target = event.target as Element;
    if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return;
    if (target.closest("input, textarea, select, [contenteditable], dialog")) return;
    const linked = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(event.key)}"]`);
    if (linked) linked.click();
    else if (event.key === "j") this.move(1, event);
    else if (event.key === "k") this.move(-1, event);
    else if (event.key === "x") this.chosen()?.querySelector<HTMLInputElement>("input[type=checkbox]")?.click();
    else if (event.key === "e") (this.chosen()?.querySelector<HTMLElement>("[data-edit]") ?? document.querySelector<HTMLElement>("[data-edit]"))?.click();
  }

  private rows(): HTMLElement[] {
    return [...document.querySelectorAll<HTMLElement>("main :is(tr, li):has(.row-link)")];
  }

  private chosen(): HTMLElement | undefined {
    return this.rows().find((row) => row.dataset["chosen"] !== undefined);
  }

  private move(step: number, event: KeyboardEvent): void {
    const rows = this.rows();
    if (rows.length === 0) return;
    event.preventDefault();
    const at = rows.findIndex((row) => row.dataset["chosen"] !== undefined);
    const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)]!;
    for (const row of rows) delete row.dataset["chosen"];
    next.dataset["chosen"] = "";
    next.scrollIntoView({ block: "nearest" });
    next.querySelector<HTMLElement>(".row-link")?.focus();
  }
}

customElements.define("key-shortcuts", KeyShortcuts);
