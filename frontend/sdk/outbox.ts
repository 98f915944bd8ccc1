/**
 * Events on their way to the product. They wait in localStorage until the product has acknowledged them; what is sent
 * twice carries the same messageId and is stored once. Before consent they wait in memory alone.
 *
 * Each waits under a name of its own, so that two tabs of a site never overwrite what the other has added.
 */
import { forget, namesOf, newId, read, write } from "./storage.ts";

export type Call = Record<string, unknown> & { messageId: string };
export type Message = Record<string, unknown>;
type Entry = { name: string; call: Call };

const QUEUE = "queue.";
const SENDING = "dangol.sending";
const LONGEST_QUEUE = 500;
const LARGEST_QUEUE = 1024 * 1024;
const LARGEST_EVENT = 32 * 1024;
const LARGEST_BATCH = 400 * 1024;
const LARGEST_BEACON = 60 * 1024;
const GATHER_MS = 200;
const LONGEST_PAUSE_MS = 60_000;
const OTHER_TAB_MS = 1000;

const encoder = new TextEncoder();
const sizeOf = (call: Call): number => encoder.encode(JSON.stringify(call)).length;

/** Return the entries from the first one on that have no more bytes than this together. */
function fitting(entries: Entry[], bytes: number): Entry[] {
  let size = 0;
  return entries.filter(({ call }) => (size += sizeOf(call)) <= bytes);
}

/** Do this in one tab at a time. Another one looks again later; what it finds then may be nothing. */
async function inOneTab(act: () => Promise<number | undefined>): Promise<number | undefined> {
  if (!navigator.locks) return act(); // only over plain HTTP: both send, and one is dropped as repeated
  return navigator.locks.request(SENDING, { ifAvailable: true }, (lock) => (lock ? act() : OTHER_TAB_MS));
}

export class Outbox {
  isOpen = false;
  onMessage: (message: Message) => void = () => undefined;
  private waiting: Call[] = [];
  private readonly carried = new Set<string>();
  private added = 0;
  private lastMoment = 0;
  private failures = 0;
  private isSending = false;
  private timer = 0;

  constructor(
    private readonly url: string,
    private readonly writeKey: string,
  ) {
    addEventListener("online", () => this.sendIn(0));
    addEventListener("pagehide", () => this.sendBeacon());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.sendBeacon();
    });
  }

  /** Store and send from now on, beginning with what waits in memory. */
  open(): void {
    this.isOpen = true;
    this.append(this.waiting.splice(0));
  }

  /** Neither store nor send any more, and throw away what waits. */
  close(): void {
    this.isOpen = false;
    this.waiting = [];
    namesOf(QUEUE).forEach(forget);
  }

  add(call: Record<string, unknown>): void {
    const event: Call = { ...call, messageId: newId(), timestamp: this.nextMoment() };
    if (sizeOf(event) > LARGEST_EVENT) console.warn("dangol: an event of more than 32 KB is not sent.", event);
    else if (this.isOpen) this.append([event]);
    else this.waiting = [...this.waiting, event].slice(-LONGEST_QUEUE);
  }

  /** What happens in one millisecond keeps its order. */
  private nextMoment(): string {
    this.lastMoment = Math.max(Date.now(), this.lastMoment + 1);
    return new Date(this.lastMoment).toISOString();
  }

  /** Put events behind those that wait. When there are too many, the oldest give way. */
  private append(events: Call[]): void {
    for (const call of events) write(this.nextName(), call);
    const newest = this.queue().reverse();
    const kept = new Set(fitting(newest.slice(0, LONGEST_QUEUE), LARGEST_QUEUE));
    for (const entry of newest) if (!kept.has(entry)) forget(entry.name);
    this.sendIn(GATHER_MS);
  }

  /** Names sort by the moment, and within it by what this page has added before. */
  private nextName(): string {
    const place = String(this.added++).padStart(6, "0");
    return `${QUEUE}${Date.now()}.${place}.${newId().slice(0, 8)}`;
  }

  private queue(): Entry[] {
    return namesOf(QUEUE).flatMap((name) => {
      const call = read<Call>(name);
      return call ? [{ name, call }] : [];
    });
  }

  private body(batch: Entry[]): string {
    const calls = batch.map(({ call }) => call);
    return JSON.stringify({ writeKey: this.writeKey, sentAt: new Date().toISOString(), batch: calls });
  }

  private sendIn(pause: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.send(), pause);
  }

  private async send(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    const pause = await inOneTab(() => this.sendNext());
    this.isSending = false;
    if (pause !== undefined) this.sendIn(pause);
  }

  /** Send what waits longest; return when to go on, if anything waited. */
  private async sendNext(): Promise<number | undefined> {
    const batch = this.isOpen ? fitting(this.queue(), LARGEST_BATCH) : [];
    return batch.length > 0 ? this.deliver(batch) : undefined;
  }

  /** Send one batch and take it out of the queue unless it is worth another attempt; return when to go on. */
  private async deliver(batch: Entry[]): Promise<number> {
    let answer: Response | undefined;
    try {
      // As text/plain the browser need not ask for permission first.
      answer = await fetch(this.url, { method: "POST", body: this.body(batch), credentials: "omit" });
    } catch {
      answer = undefined;
    }
    if (!answer || answer.status >= 500 || answer.status === 429 || answer.status === 408) {
      const doubled = Math.min(1000 * 2 ** this.failures++, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
      return Math.max(doubled, Number(answer?.headers.get("retry-after") ?? 0) * 1000);
    }
    this.failures = 0;
    for (const { name } of batch) forget(name);
    if (answer.ok) await this.tellMessages(answer);
    else console.warn(`dangol: ${batch.length} events were refused (${answer.status}).`);
    return 0;
  }

  private async tellMessages(answer: Response): Promise<void> {
    const told = (await answer.json().catch(() => ({}))) as { messages?: Message[] };
    for (const message of told.messages ?? []) this.onMessage(message);
  }

  /** The page may end now. What the beacon carries stays in the queue as well: nobody says whether it arrived. */
  private sendBeacon(): void {
    const left = this.isOpen ? this.queue().filter(({ name }) => !this.carried.has(name)) : [];
    const batch = fitting(left, LARGEST_BEACON);
    if (batch.length === 0 || !navigator.sendBeacon(this.url, this.body(batch))) return;
    for (const { name } of batch) this.carried.add(name);
  }
}
