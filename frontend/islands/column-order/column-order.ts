/**
 * <column-order> lets the items of a list be dragged into another order, or moved with Alt + ↑ and Alt + ↓.
 * The form sends the ticked boxes in the order in which they stand.
 */
class ColumnOrder extends HTMLElement {
  private dragged: HTMLElement | null = null;

  connectedCallback(): void {
    this.addEventListener("dragstart", (event) => {
      this.dragged = (event.target as HTMLElement).closest("li");
      event.dataTransfer!.effectAllowed = "move";
    });
    this.addEventListener("dragover", (event) => {
      const over = (event.target as HTMLElement).closest("li");
      if (!this.dragged || !over || over === this.dragged) return;
      event.preventDefault();
      const box = over.getBoundingClientRect();
      over[event.clientY < box.top + box.height / 2 ? "before" : "after"](this.dragged);
    });
    this.addEventListener("drop", (event) => event.preventDefault());
    this.addEventListener("keydown", (event) => {
      const item = (event.target as HTMLElement).closest("li");
      if (!event.altKey || !item || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
      event.preventDefault();
      if (event.key === "ArrowUp") item.previousElementSibling?.before(item);
      else item.nextElementSibling?.after(item);
      item.querySelector("input")?.focus();
    });
  }
}

customElements.define("column-order", ColumnOrder);
