/** What a device has printed, kept by the browser until the page is opened again. */
import { forget, recall, remember } from '../state/storage.ts';

/** Characters; the oldest go first. */
const MOST = 40_000;

/** Screens that are kept, those seen last: a browser keeps some 5 MB for a page. */
const SCREENS = 16;
const INDEX = 'terminal/screens';

/** Milliseconds between two savings. */
const INTERVAL = 500;

export class KeptScreen {
  private readonly key: string;
  private text: string;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(scenario: string, device: string) {
    this.key = `terminal/screen/${scenario}/${device}`;
    this.text = recall<string>(this.key) ?? '';
    addEventListener('pagehide', this.save);
  }

  get contents(): string {
    return this.text;
  }

  add(text: string): void {
    this.text += text;
    this.timer ??= setTimeout(this.save, INTERVAL);
  }

  clear(): void {
    this.text = '';
    this.save();
  }

  close(): void {
    this.save();
    removeEventListener('pagehide', this.save);
  }

  private readonly save = (): void => {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.text.length > MOST) {
      const cut = this.text.indexOf('\n', this.text.length - MOST);
      this.text = this.text.slice(cut + 1);
    }
    remember(this.key, this.text);
    keepOnly(this.key);
  };
}

/** This one is the latest; the oldest make room. */
function keepOnly(latest: string): void {
  const known = recall<string[]>(INDEX) ?? [];
  if (known[0] === latest) return;
  const keys = [latest, ...known.filter((key) => key !== latest)];
  for (const key of keys.splice(SCREENS)) forget(key);
  remember(INDEX, keys);
}
