/**
 * Events on their way to the product. They wait in localStorage until the product has acknowledged them; what is sent
 * twice carries the same messageId and is stored once. Before consent they wait in memory alone.
 */
import { forget, newId, read, write } from "./storage.ts";

export type Call = Record<string, unknown> & { messageId: string };
export type Message = Record<string, unknown>;

const QUEUE = "queue";
const LONGEST_QUEUE = 500;
const LARGEST_QUEUE = 1024 * 1024;
const LARGEST_EVENT = 32 * 1024;
const LARGEST_BATCH = 400 * 1024;
const LARGEST_BEACON = 60 * 1024;
const GATHER_MS = 200;
const LONGEST_PAUSE_MS = 60_000;

const encoder = new TextEncoder();
const sizeOf = (call: Call): number => encoder.encode(JSON.stringify(call)).length;

/** Return the calls from the first one on that have no more bytes than this together. */
function fitting(calls: Call[], bytes: number): Call[] {
  let size = 0;
  return calls.filter((call) => (size += sizeOf(call)) <= bytes);
}

export class Outbox {
  isOpen = false;
  onMessage: (message: Message) => void = () => undefined;
  private waiting: Call[] = [];
  private readonly carried = new Set<string>();
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
    forget(QUEUE);
  }

  add(call: Record<string, unknown>): void {
    const event: Call = { ...call, messageId: newId(), timestamp: new Date().toISOString() };
    if (sizeOf(event) > LARGEST_EVENT) console.warn("dangol: an event of more than 32 KB is not sent.", event);
    else if (this.isOpen) this.append([event]);
    else this.waiting = [...this.waiting, event].slice(-LONGEST_QUEUE);
  }

  /** Put events behind those that wait. When there are too many, the oldest give way. */
  private append(events: Call[]): void {
    const newest = [...this.queue(), ...events].slice(-LONGEST_QUEUE).reverse();
    write(QUEUE, fitting(newest, LARGEST_QUEUE).reverse());
    this.sendIn(GATHER_MS);
  }

  private queue(): Call[] {
    return read<Call[]>(QUEUE) ?? [];
  }

  private body(batch: Call[]): string {
    return JSON.stringify({ writeKey: this.writeKey, sentAt: new Date().toISOString(), batch });
  }

  private sendIn(pause: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.send(), pause);
  }

  private async send(): Promise<void> {
    const batch = this.isOpen && !this.isSending ? fitting(this.queue(), LARGEST_BATCH) : [];
    if (batch.length === 0) return;
    this.isSending = true;
    const pause = await this.deliver(batch);
    this.isSending = false;
    if (this.isOpen) this.sendIn(pause);
  }

  /** Send one batch and take it out of the queue unless it is worth another attempt; return when to go on. */
  private async deliver(batch: Call[]): Promise<number> {
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
    const done = new Set(batch.map((call) => call.messageId));
    if (this.isOpen) write(QUEUE, this.queue().filter((call) => !done.has(call.messageId)));
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
    const left = this.isOpen ? this.queue().filter((call) => !this.carried.has(call.messageId)) : [];
    const batch = fitting(left, LARGEST_BEACON);
    if (batch.length === 0 || !navigator.sendBeacon(this.url, this.body(batch))) return;
    for (const call of batch) this.carried.add(call.messageId);
  }
}
