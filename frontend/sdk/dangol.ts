/**
 * Tells Dangol what visitors of a site do.
 *
 *   <script src="https://crm.example.com/v1/dangol.js" data-key="dk_…" defer></script>
 *
 * docs/howto/website.md says what the attributes and `window.dangol` can do.
 */
import { Outbox, type Message } from "./outbox.ts";
import { forget, newId, read, write } from "./storage.ts";
import { watchClicks, watchForms, watchPages } from "./watch.ts";

type Properties = Record<string, unknown>;
type Consent = "granted" | "denied" | "pending";

const CONSENT = "consent";
const VISITOR = "visitor";
const VISIT = "dangol_visit";

class Dangol {
  private readonly outbox: Outbox;
  private visitor: { anonymousId: string; userId?: string };
  private consent: Consent;
  /** By what a short link knows whom it led here; told once. */
  private visit = takeVisit();

  constructor(url: string, writeKey: string, needsConsent: boolean) {
    this.outbox = new Outbox(url, writeKey);
    this.visitor = read(VISITOR) ?? { anonymousId: newId() };
    const choice = read<Consent>(CONSENT);
    this.consent = choice ?? (asksForPrivacy() ? "denied" : needsConsent ? "pending" : "granted");
    if (this.consent === "granted") this.begin();
    addEventListener("storage", () => this.followOtherTabs());
  }

  track(event: string, properties: Properties = {}): void {
    this.tell({ type: "track", event, properties });
  }

  page(name?: string, properties: Properties = {}): void {
    const { href: url, pathname: path, search } = location;
    const seen = { url, path, search, title: document.title, referrer: document.referrer };
    this.tell({ type: "page", name, properties: { ...seen, ...properties } });
  }

  /** Say who this is. After somebody else on the same browser it begins a new visitor. */
  identify(userId: string, traits: Properties = {}): void {
    if (this.visitor.userId && this.visitor.userId !== userId) this.reset();
    this.become({ ...this.visitor, userId });
    this.tell({ type: "identify", traits });
  }

  group(groupId: string, traits: Properties = {}): void {
    this.tell({ type: "group", groupId, traits });
  }

  /** Whoever comes next on this browser is a stranger. */
  reset(): void {
    this.become({ anonymousId: newId() });
  }

  anonymousId(): string {
    return this.visitor.anonymousId;
  }

  /** Remember the visitor's yes, store what waited, and send it. */
  grantConsent(): void {
    this.consent = "granted";
    write(CONSENT, this.consent);
    this.begin();
  }

  /** Remember the visitor's no, and forget everything else. */
  denyConsent(): void {
    this.consent = "denied";
    this.outbox.close();
    this.visitor = { anonymousId: newId() };
    forget(VISITOR);
    write(CONSENT, this.consent);
  }

  /** Hand messages for this page to the site, which decides how they look. */
  onMessage(show: (message: Message) => void): void {
    this.outbox.onMessage = show;
  }

  private begin(): void {
    write(VISITOR, this.visitor);
    this.outbox.open();
  }

  private followOtherTabs(): void {
    this.visitor = read(VISITOR) ?? this.visitor;
    const choice = read<Consent>(CONSENT);
    if (choice === "granted" && this.consent !== choice) this.grantConsent();
    if (choice === "denied" && this.consent !== choice) this.denyConsent();
  }

  private become(visitor: typeof this.visitor): void {
    this.visitor = visitor;
    if (this.consent === "granted") write(VISITOR, visitor);
  }

  private tell(call: Properties): void {
    if (this.consent === "denied") return;
    const { language, userAgent } = navigator;
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const context = { locale: language, timezone: timeZone, userAgent, dangolVisit: this.visit };
    this.visit = undefined;
    this.outbox.add({ ...call, ...this.visitor, context });
  }
}

/** Take what a short link added to the address out of it, so that nobody passes it on. */
function takeVisit(): string | undefined {
  const address = new URL(location.href);
  const visit = address.searchParams.get(VISIT) ?? undefined;
  if (visit) {
    address.searchParams.delete(VISIT);
    history.replaceState(history.state, "", address);
  }
  return visit;
}

/** Global Privacy Control and Do Not Track count as a no until the visitor says yes to this site. */
function asksForPrivacy(): boolean {
  return (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true || navigator.doNotTrack === "1";
}

function install(script: HTMLScriptElement): void {
  const { key, host, consent, off = "" } = script.dataset;
  if (!key) {
    console.warn("dangol: the script has no data-key.");
    return;
  }
  const dangol = new Dangol(`${host ?? new URL(script.src).origin}/v1/batch`, key, consent === "required");
  const early = window.dangol;
  window.dangol = dangol;
  if (Array.isArray(early)) for (const act of early) act(dangol);
  const unwatched = new Set(off.split(/\s+/));
  const track = dangol.track.bind(dangol);
  if (!unwatched.has("pages")) watchPages(() => dangol.page());
  if (!unwatched.has("clicks")) watchClicks(track);
  if (!unwatched.has("forms")) watchForms(track);
}

declare global {
  interface Window {
    /** Before the script has loaded: a list of functions that are called with it. */
    dangol?: Dangol | ((dangol: Dangol) => void)[];
  }
}

if (document.currentScript instanceof HTMLScriptElement) install(document.currentScript);
