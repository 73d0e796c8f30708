/** What the browser keeps for the page. Where it keeps nothing (private windows, full storage), all else works. */
const PREFIX = 'tls-sandbox/';

export function recall<T>(key: string): T | undefined {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

/** False when it could not be kept. */
export function remember(key: string, value: unknown): boolean {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export function forget(key: string): void {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // Nothing is kept here, so nothing is to be forgotten.
  }
}

/** What follows `beginning` in the keys that begin so. */
export function keysWith(beginning: string): string[] {
  try {
    const whole = PREFIX + beginning;
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(whole))
      .map((key) => key.slice(whole.length));
  } catch {
    return [];
  }
}
