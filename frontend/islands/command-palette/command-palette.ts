/**
 * <command-palette data-url> wraps a <dialog> with a search field. ⌘K, Ctrl K or / opens it; arrows choose, Enter goes.
 * The server answers with ready options; without this script the page's own links do the same work.
 */
class CommandPalette extends HTMLElement {
  private dialog!: HTMLDialogElement;
  private field!: HTMLInputElement;
  private results!: HTMLElement;
  private pending: AbortController | null = null;
  private timer = 0;

  connectedCallback(): void {
    this.dialog = this.querySelector("dialog")!;
    this.field = this.querySelector("input")!;
    this.results = this.querySelector("[role=listbox]")!;
    document.addEventListener("keydown", (event) => this.openByKey(event));
    document.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[data-opens-palette]")) this.open();
    });
    this.field.addEventListener("input", () => this.askSoon());
    this.field.addEventListener("keydown", (event) => this.steer(event));
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    this.results.addEventListener("pointermove", (event) => {
      const choice = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (choice) this.choose(choice);
    });
  }

  private openByKey(event: KeyboardEvent): void {
    const typing = (event.target as Element).closest("input, textarea, select, [contenteditable]");
    const byCommand = event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey);
    const bySlash = event.key === "/" && !typing && !event.metaKey && !event.ctrlKey && !event.altKey;
    if (!byCommand && !bySlash) return;
    event.preventDefault();
    this.open();
  }

  private open(): void {
    document.querySelector<HTMLElement>(".sidebar:popover-open")?.hidePopover();
    if (!this.dialog.open) this.dialog.showModal();
    this.field.select();
    void this.ask();
  }

  private askSoon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), 80);
  }

  private async ask(): Promise<void> {
    this.pending?.abort();
    this.pending = new AbortController();
    const url = `${this.dataset["url"]}?q=${encodeURIComponent(this.field.value)}`;
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal: this.pending.signal });
      if (!answer.ok) return;
      this.results.innerHTML = await answer.text();
    } catch {
      return; // a newer question replaced this one, or the network is away: the former answer stays
    }
    const first = this.choices()[0];
    if (first) this.choose(first);
    else this.field.removeAttribute("aria-activedescendant");
  }

  private steer(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault(); // the browser would only empty the search field
      this.dialog.close();
      return;
    }
    const choices = this.choices();
    const at = choices.findIndex((choice) => choice.ariaSelected === "true");
    if (event.key === "Enter") {
      event.preventDefault();
      choices[at]?.click();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const next = choices[(at + step + choices.length) % choices.length];
      if (next) this.choose(next);
    }
  }

  private choices(): HTMLElement[] {
    return [...this.results.querySelectorAll<HTMLElement>("[role=option]")];
  }

  private choose(chosen: HTMLElement): void {
    for (const choice of this.choices()) choice.ariaSelected = String(choice === chosen);
    this.field.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }
}

customElements.define("command-palette", CommandPalette);
