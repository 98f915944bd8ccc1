/**
 * <passkey-form data-does="create|get" data-options="address"><form>…<input name="credential"></form></passkey-form>
 * asks the browser for a passkey when its form is sent, and sends what it gave. The options lie in the page, as JSON in
 * `#passkey-options`, or at the address. `<p data-failed hidden>` is shown when there was none, as when somebody cancels.
 */
interface Options {
  creation_options?: { publicKey: PublicKeyCredentialCreationOptionsJSON };
  request_options?: { publicKey: PublicKeyCredentialRequestOptionsJSON };
}

class PasskeyForm extends HTMLElement {
  connectedCallback(): void {
    const form = this.querySelector("form");
    form?.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        const input = form.elements.namedItem("credential") as HTMLInputElement;
        input.value = JSON.stringify(await this.credential());
        form.submit();
      } catch {
        this.querySelector("[data-failed]")?.removeAttribute("hidden");
      }
    });
  }

  private async credential(): Promise<Credential | null> {
    const options = await this.options();
    if (this.dataset["does"] === "create") {
      const asked = options.creation_options!.publicKey;
      // Kept on the device and opened by finger, face or PIN, so that it opens the front door without a password.
      const authenticatorSelection: AuthenticatorSelectionCriteria = {
        ...asked.authenticatorSelection,
        residentKey: "required",
        userVerification: "required",
      };
      const publicKey = { ...asked, authenticatorSelection };
      return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
    }
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.request_options!.publicKey);
    return navigator.credentials.get({ publicKey });
  }

  private async options(): Promise<Options> {
    const address = this.dataset["options"];
    if (address === undefined) {
      return JSON.parse(document.getElementById("passkey-options")!.textContent ?? "") as Options;
    }
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    return (await answer.json()) as Options;
  }
}

customElements.define("passkey-form", PasskeyForm);
