/**
 * <copy-text for="id" data-label-copied="…"><button>…</button></copy-text> copies the text of the element with that id,
 * and says so on its button for a moment. Browsers allow it on pages served over HTTPS or from the same machine.
 */
const SHOWN_MILLISECONDS = 2000;

class CopyText extends HTMLElement {
  connectedCallback(): void {
    const button = this.querySelector("button");
    if (!button || !navigator.clipboard) {
      this.hidden = true;
      return;
    }
    const label = button.textContent;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(this.getAttribute("for") ?? "")?.textContent ?? "");
      button.textContent = this.dataset["labelCopied"] ?? label;
      window.setTimeout(() => (button.textContent = label), SHOWN_MILLISECONDS);
    });
  }
}

customElements.define("copy-text", CopyText);
