/**
 * <template-preview data-form data-url data-frame> shows the text in the frame as it is typed: it submits the form to the
 * preview address, into the frame, once typing rests. Without it the button inside does the same.
 */
const REST_MILLISECONDS = 500;

class TemplatePreview extends HTMLElement {
  private timer = 0;

  connectedCallback(): void {
    const form = document.getElementById(this.dataset["form"] ?? "") as HTMLFormElement | null;
    if (!form) return;
    form.addEventListener("input", () => this.soon(form));
    this.addEventListener("change", () => this.soon(form));
    this.soon(form);
  }

  private soon(form: HTMLFormElement): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.show(form), REST_MILLISECONDS);
  }

  private show(form: HTMLFormElement): void {
    const button = this.querySelector<HTMLButtonElement>("button[formtarget]");
    if (button) form.requestSubmit(button);
  }
}

customElements.define("template-preview", TemplatePreview);
