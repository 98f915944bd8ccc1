/**
 * <row-grid> makes a table of records editable by keyboard and mouse. Rows are ticked with x or a click (with Shift a
 * whole stretch), arrows left and right choose a cell, Enter or a double click edits it in place, Escape leaves it.
 * A change shows at once and is taken back when the server refuses. The bar for many rows shows while rows are ticked.
 * Without this script every row still opens its page. What the bar offers is fetched with the first tick.
 */
class RowGrid extends HTMLElement {
  private lastTick: HTMLInputElement | null = null;

  connectedCallback(): void {
    this.classList.add("is-alive");
    this.addEventListener("click", this.onClick);
    this.addEventListener("dblclick", this.onDoubleClick);
    this.addEventListener("change", this.onChange);
    this.addEventListener("submit", this.onSubmit);
    this.addEventListener("focusout", this.onFocusOut);
    this.addEventListener("htmx:afterSettle", this.showBar);
    document.addEventListener("keydown", this.onKey);
    this.showBar();
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.onKey);
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    const form = target.closest<HTMLFormElement>("form[data-cell]");
    if (form) {
      if (event.key === "Escape") this.leave(form);
      return;
    }
    if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return;
    if (target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      if (this.moveCell(event.key === "ArrowRight" ? 1 : -1)) event.preventDefault();
    } else if (event.key === "Enter" || event.key === "F2") {
      const cell = this.querySelector<HTMLElement>("td[data-here]");
      if (cell) {
        event.preventDefault();
        void this.edit(cell);
      }
    } else if (event.key === "Escape") this.forgetCell();
    else if (event.key === "o") this.chosenRow()?.querySelector<HTMLElement>(".row-link")?.click();
    else if (event.key === "j" || event.key === "k") this.forgetCell();
  };

  private readonly onClick = (event: MouseEvent): void => {
    const target = event.target as HTMLElement;
    const cancel = target.closest<HTMLElement>("[data-cancel]");
    if (cancel) this.leave(cancel.closest("form")!);
    const tick = target.closest<HTMLInputElement>("input[name=ids]");
    if (!tick) return;
    if (event.shiftKey && this.lastTick) this.tickBetween(this.lastTick, tick);
    this.lastTick = tick;
    this.showBar();
  };

  private readonly onDoubleClick = (event: MouseEvent): void => {
    const cell = (event.target as HTMLElement).closest<HTMLElement>("td[data-edit-url]");
    if (cell && !cell.querySelector("form")) void this.edit(cell);
  };

  private readonly onChange = (event: Event): void => {
    const target = event.target as HTMLElement;
    if (target.matches("[data-tick-all]")) {
      for (const tick of this.ticks()) tick.checked = (target as HTMLInputElement).checked;
    }
    if (target.matches("form[data-cell] select")) target.closest("form")!.requestSubmit();
    if (target.matches("[data-tick-all], [data-act], [name=all], [name=ids]")) this.showBar();
  };

  private readonly onSubmit = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-cell]")) return;
    event.preventDefault();
    void this.save(form);
  };

  /** A field that is left unchanged closes by itself; a changed one is kept. */
  private readonly onFocusOut = (event: FocusEvent): void => {
    const form = (event.target as HTMLElement).closest<HTMLFormElement>("form[data-cell]");
    const next = event.relatedTarget as Node | null;
    if (!form || (next && form.contains(next)) || form.dataset["busy"] !== undefined) return;
    if (form.querySelector("[role=alert]")) return;
    const typed = new FormData(form);
    if (typed.get("value") === typed.get("seen")) this.leave(form);
    else void this.save(form);
  };

  private rows(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>("tbody tr")];
  }

  private chosenRow(): HTMLElement | undefined {
    return this.rows().find((row) => row.dataset["chosen"] !== undefined);
  }

  private ticks(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>("tbody input[name=ids]")];
  }

  private tickBetween(first: HTMLInputElement, last: HTMLInputElement): void {
    const ticks = this.ticks();
    const [from, to] = [ticks.indexOf(first), ticks.indexOf(last)].sort((a, b) => a - b) as [number, number];
    for (const tick of ticks.slice(from, to + 1)) tick.checked = last.checked;
  }

  private moveCell(step: number): boolean {
    const row = this.chosenRow();
    if (!row) return false;
    const cells = [...row.querySelectorAll<HTMLElement>("td[data-edit-url]")];
    if (cells.length === 0) return false;
    const at = cells.findIndex((cell) => cell.dataset["here"] !== undefined);
    const next = cells[at < 0 ? (step > 0 ? 0 : cells.length - 1) : Math.min(Math.max(at + step, 0), cells.length - 1)]!;
    this.forgetCell();
    next.dataset["here"] = "";
    next.tabIndex = -1;
    next.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
    return true;
  }

  private forgetCell(): void {
    for (const cell of this.querySelectorAll<HTMLElement>("td[data-here]")) delete cell.dataset["here"];
  }

  private async edit(cell: HTMLElement): Promise<void> {
    const url = cell.dataset["editUrl"]!;
    const before = cell.innerHTML;
    const answer = await fetch(url, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    this.fill(cell, await answer.text(), before);
  }

  private fill(cell: HTMLElement, html: string, before: string): void {
    cell.style.width = cell.style.minWidth = `${cell.offsetWidth}px`;
    cell.innerHTML = html;
    const form = cell.querySelector<HTMLFormElement>("form[data-cell]");
    if (!form) return;
    form.action = cell.dataset["editUrl"]!;
    this.befores.set(form, before);
    const input = form.querySelector<HTMLInputElement | HTMLSelectElement>("[name=value]")!;
    input.focus();
    if (input instanceof HTMLInputElement && input.type !== "date") input.select();
  }

  private readonly befores = new WeakMap<HTMLFormElement, string>();

  /** Show what was typed at once; the server's answer replaces it, or the form comes back with the reason. */
  private async save(form: HTMLFormElement): Promise<void> {
    if (form.dataset["busy"] !== undefined) return;
    form.dataset["busy"] = "";
    const cell = form.closest<HTMLElement>("td")!;
    const before = this.befores.get(form) ?? "";
    const typed = new FormData(form);
    const input = form.querySelector<HTMLInputElement | HTMLSelectElement>("[name=value]")!;
    const shown = input instanceof HTMLSelectElement ? (input.selectedOptions[0]?.text ?? "") : input.value;
    cell.dataset["saving"] = this.dataset["labelSaving"] ?? "";
    cell.textContent = shown || "—";
    cell.focus();
    try {
      const answer = await fetch(cell.dataset["editUrl"]!, { method: "POST", body: typed, headers: { "HX-Request": "true" } });
      const html = await answer.text();
      if (answer.ok) cell.innerHTML = html;
      else if (answer.status === 409 || answer.status === 422) this.fill(cell, html, before);
      else throw new Error(String(answer.status));
    } catch {
      cell.innerHTML = before;
      cell.title = this.dataset["labelFailed"] ?? "";
      cell.dataset["failed"] = "";
    } finally {
      delete cell.dataset["saving"];
    }
  }

  /** Close without saving. After a conflict the newer value is what the form was told to show. */
  private leave(form: HTMLFormElement): void {
    const cell = form.closest<HTMLElement>("td")!;
    const url = cell.dataset["editUrl"]!;
    const conflict = form.querySelector("[role=alert]") !== null;
    form.dataset["busy"] = "";
    cell.innerHTML = this.befores.get(form) ?? "";
    cell.focus();
    if (conflict) void this.reload(cell, url);
  }

  private async reload(cell: HTMLElement, url: string): Promise<void> {
    const answer = await fetch(`${url}?shown=1`, { headers: { "HX-Request": "true" } });
    if (answer.ok) cell.innerHTML = await answer.text();
  }

  private readonly showBar = (): void => {
    const bar = this.querySelector<HTMLFormElement>("[data-bulk]");
    if (!bar) return;
    const count = this.ticks().filter((tick) => tick.checked).length;
    for (const tick of this.ticks()) tick.closest("tr")!.toggleAttribute("data-ticked", tick.checked);
    bar.hidden = count === 0;
    bar.querySelector("[data-count]")!.textContent = `${count} ${this.dataset["labelSelected"] ?? ""}`;
    const act = bar.querySelector<HTMLSelectElement>("[data-act]")?.value ?? "";
    for (const label of bar.querySelectorAll<HTMLElement>("[data-for]")) {
      label.hidden = !label.dataset["for"]!.split(" ").includes(act);
    }
  };
}

customElements.define("row-grid", RowGrid);
