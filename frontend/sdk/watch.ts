/** What is told without a line of code: pages, clicks on links and buttons, forms that are sent. */

type Tell = (event: string, properties: Record<string, unknown>) => void;

const IGNORED = "[data-dangol-ignore]";
const CLICKED = "a[href], button, [role=button], input[type=submit], [data-dangol-click]";
const NEVER_READ = new Set(["password", "hidden", "file"]);
const LONGEST_TEXT = 80;

/** Call back now, and whenever the address changes without a new page. */
export function watchPages(tell: () => void): void {
  let shown = "";
  const look = (): void => {
    const route = location.hash.startsWith("#/") ? location.hash : "";
    const now = location.pathname + location.search + route;
    if (now === shown) return;
    shown = now;
    tell();
  };
  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name].bind(history);
    history[name] = (...given: Parameters<History["pushState"]>): void => {
      original(...given);
      look();
    };
  }
  addEventListener("popstate", look);
  addEventListener("hashchange", look);
  addEventListener("pageshow", (event) => {
    if (event.persisted) tell();
  });
  look();
}

export function watchClicks(tell: Tell): void {
  document.addEventListener(
    "click",
    (event) => {
      const clicked = event.target instanceof Element ? event.target.closest<HTMLElement>(CLICKED) : null;
      if (!clicked || clicked.closest(IGNORED)) return;
      const isLink = clicked instanceof HTMLAnchorElement && clicked.protocol.startsWith("http");
      tell("Element Clicked", {
        element: clicked.localName,
        id: clicked.id || undefined,
        name: clicked.dataset["dangolClick"] || undefined,
        text: clicked.innerText?.trim().slice(0, LONGEST_TEXT) || undefined,
        href: isLink ? clicked.origin + clicked.pathname : undefined,
      });
    },
    true,
  );
}

/** Of a form's inputs only those are read that data-dangol-fields="size colour" of the form names. */
export function watchForms(tell: Tell): void {
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!(form instanceof HTMLFormElement) || form.closest(IGNORED)) return;
      const listed = (form.dataset["dangolFields"] ?? "").split(/\s+/).filter(Boolean);
      tell("Form Submitted", {
        id: form.id || undefined,
        name: form.getAttribute("name") || undefined,
        fields: Object.fromEntries(listed.flatMap((name) => valueOf(form, name))),
      });
    },
    true,
  );
}

function valueOf(form: HTMLFormElement, name: string): [string, string][] {
  const inputs = [...form.elements].filter((input) => input.getAttribute("name") === name);
  const mayBeRead = inputs.every(
    (input) =>
      !NEVER_READ.has(input.getAttribute("type") ?? "") &&
      !/^cc-|-password$|one-time-code/.test(input.getAttribute("autocomplete") ?? ""),
  );
  const value = new FormData(form).get(name);
  return mayBeRead && typeof value === "string" && !looksLikeSecret(value) ? [[name, value]] : [];
}

/** Card numbers have 13 to 19 digits, resident registration numbers 13. */
function looksLikeSecret(value: string): boolean {
  return /(?:\d[ -]?){13,19}/.test(value);
}
