/** localStorage under our own names. Where the browser refuses it, everything lives as long as the page. */

const inMemory = new Map<string, string>();

export function read<T>(name: string): T | undefined {
  try {
    const text = localStorage.getItem(`dangol.${name}`) ?? inMemory.get(name);
    return text === undefined || text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

export function write(name: string, value: unknown): void {
  const text = JSON.stringify(value);
  try {
    localStorage.setItem(`dangol.${name}`, text);
    inMemory.delete(name);
  } catch {
    forget(name); // What does not fit must not leave what was there before.
    inMemory.set(name, text);
  }
}

export function forget(name: string): void {
  inMemory.delete(name);
  try {
    localStorage.removeItem(`dangol.${name}`);
  } catch {
    // Refused as above: then nothing is there.
  }
}

/** Return the names that begin so, in their order. */
export function namesOf(beginning: string): string[] {
  const prefix = `dangol.${beginning}`;
  let stored: string[] = [];
  try {
    stored = Object.keys(localStorage).filter((name) => name.startsWith(prefix));
  } catch {
    // Refused as above.
  }
  const names = [...stored.map((name) => name.slice("dangol.".length)), ...inMemory.keys()];
  return names.filter((name) => name.startsWith(beginning)).sort();
}

export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
