const OPENED = "dangol-opened-people";
const REMEMBERED = 8;
const PERSON_PAGE = /^\/people\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/$/;
const STILL_COMPOSING = 229; // what Safari says of the Enter that ends a syllable

/**
 * <command-palette data-url> wraps a <dialog> with a search field. ⌘K, Ctrl K or / opens it; arrows choose, Enter goes,
 * ⌘ Enter opens another tab. It asks while a Hangul syllable is still being composed: the server understands halves.
 * The browser remembers the ids of the people whose pages were opened, and nothing else of them.
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
    this.rememberPerson();
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
    const pending = (this.pending = new AbortController());
    this.results.ariaBusy = "true";
    try {
      const answer = await fetch(this.address(), { headers: { "HX-Request": "true" }, signal: pending.signal });
      const options = await answer.text();
      if (!answer.ok || pending.signal.aborted) return;
      this.results.innerHTML = options;
    } catch {
      return; // a newer question replaced this one, or the network is away: the former answer stays
    } finally {
      if (this.pending === pending) this.results.ariaBusy = "false";
    }
    const first = this.choices()[0];
    if (first) this.choose(first);
    else this.field.removeAttribute("aria-activedescendant");
  }

  private address(): string {
    const question = this.field.value.trim();
    const asked = new URLSearchParams({ q: question });
    if (!question) asked.set("recent", this.remembered().join(","));
    return `${this.dataset["url"]}?${asked}`;
  }

  private rememberPerson(): void {
    const opened = PERSON_PAGE.exec(location.pathname)?.[1];
    if (!opened) return;
    const others = this.remembered().filter((id) => id !== opened);
    try {
      localStorage.setItem(OPENED, [opened, ...others].slice(0, REMEMBERED).join(","));
    } catch {
      // a browser that keeps nothing offers those who were here last
    }
  }

  private remembered(): string[] {
    try {
      return localStorage.getItem(OPENED)?.split(",") ?? [];
    } catch {
      return [];
    }
  }

  private steer(event: KeyboardEvent): void {
    if (event.isComposing || event.keyCode === STILL_COMPOSING) return;
    if (event.key === "Escape") {
      event.preventDefault(); // the browser would only empty the search field
      this.dialog.close();
      return;
    }
    const choices = this.choices();
    const at = choices.findIndex((choice) => choice.ariaSelected === "true");
    if (event.key === "Enter") {
      event.preventDefault();
      this.go(choices[at], event);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const next = choices[(at + step + choices.length) % choices.length];
      if (next) this.choose(next);
    }
  }

  private go(chosen: HTMLElement | undefined, event: KeyboardEvent): void {
    if (!chosen) return;
    if (event.metaKey || event.ctrlKey) window.open((chosen as HTMLAnchorElement).href, "_blank", "noopener");
    else chosen.click();
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
