/** Firefox, driven by WebDriver BiDi, which it speaks itself: https://www.w3.org/TR/webdriver-bidi/ */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import WebSocket from 'ws';
import { builtPage } from './launch.ts';

const PROGRAM = process.env.FIREFOX ?? '/usr/bin/firefox-esr';
/** Milliseconds. */
const PATIENCE = 60_000;
const LOOK_AGAIN = 50;

/** For a suite's `skip` option: false, or the reason. */
export const cannotUseFirefox: string | false = !existsSync(PROGRAM)
  ? `there is no Firefox: ${PROGRAM} (set FIREFOX)`
  : !existsSync(join(builtPage, 'index.html')) && 'the page is not built: npm run build';

/** U+E007 is Enter: https://www.w3.org/TR/webdriver2/#keyboard-actions */
const ENTER = '\ue007';

interface Answer {
  readonly id?: number;
  readonly type: 'success' | 'error' | 'event';
  readonly result?: unknown;
  readonly message?: string;
  readonly method?: string;
  readonly params?: { readonly level?: string; readonly text?: string };
}

interface Evaluated {
  readonly type: 'success' | 'exception';
  readonly result?: { readonly value?: unknown };
  readonly exceptionDetails?: { readonly text: string };
}

/** A Firefox with one tab, and a profile of its own. */
export class Firefox {
  /** What the page has written to the console as an error. */
  readonly errors: string[] = [];
  private readonly process: ChildProcess;
  private readonly profile: string;
  private socket: WebSocket | undefined;
  private context = '';
  private commands = 0;
  private readonly waiting = new Map<number, (answer: Answer) => void>();

  private constructor() {
    this.profile = mkdtempSync(join(tmpdir(), 'tls-sandbox-firefox-'));
    const args = ['--headless', '--no-remote', '--remote-debugging-port=0', '--profile', this.profile];
    this.process = spawn(PROGRAM, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  }

  /** `before` runs in each page before its own scripts, and stands alone. */
  static async start(before: () => void): Promise<Firefox> {
    const firefox = new Firefox();
    await firefox.connect();
    const { context } = (await firefox.send('browsingContext.create', { type: 'tab' })) as {
      context: string;
    };
    firefox.context = context;
    await firefox.send('script.addPreloadScript', { functionDeclaration: String(before) });
    await firefox.send('browsingContext.setViewport', { context, viewport: { width: 1400, height: 900 } });
    return firefox;
  }

  async goto(url: string): Promise<void> {
    await this.send('browsingContext.navigate', { context: this.context, url, wait: 'complete' });
  }

  /** What an expression comes to in the page; waited for, where it is a promise. */
  async evaluate(expression: string): Promise<unknown> {
    const target = { context: this.context };
    const { type, result, exceptionDetails } = (await this.send('script.evaluate', {
      expression,
      target,
      awaitPromise: true,
    })) as Evaluated;
    if (type === 'exception') throw new Error(`${expression}: ${exceptionDetails?.text}`);
    return result?.value;
  }

  /** Looks again and again at a text of the page, until it fits. */
  async waitFor(expression: string, wanted: RegExp): Promise<string> {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      // A page that is being loaded has no answer.
      const found = await this.evaluate(expression).catch((error: Error) => error.message);
      if (wanted.test(String(found))) return String(found);
      if (Date.now() > deadline) {
        throw new Error(`${expression} is ${found}, not ${wanted}; errors: ${this.errors.join('; ')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
    }
  }

  /** Types at whatever has the focus, and Enter after it. */
  async enter(line: string): Promise<void> {
    const actions = [...line, ENTER].flatMap((value) => [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
    ]);
    await this.send('input.performActions', {
      context: this.context,
      actions: [{ type: 'key', id: 'keyboard', actions }],
    });
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.socket?.close();
    this.process.kill();
    await ended;
    rmSync(this.profile, { recursive: true, force: true });
  }

  private async connect(): Promise<void> {
    this.socket = new WebSocket(`${await this.address()}/session`);
    this.socket.on('message', (data) => this.hear(JSON.parse(String(data)) as Answer));
    await new Promise((resolve, reject) => {
      this.socket!.once('open', resolve);
      this.socket!.once('error', reject);
    });
    await this.send('session.new', { capabilities: {} });
    await this.send('session.subscribe', { events: ['log.entryAdded'] });
  }

  /** Firefox says it when it listens. */
  private address(): Promise<string> {
    return new Promise((resolve, reject) => {
      let said = '';
      this.process.stderr!.on('data', (data) => {
        said += data;
        const address = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(said)?.[1];
        if (address !== undefined) resolve(address);
      });
      this.process.once('exit', (code) => reject(new Error(`Firefox ended with ${code}: ${said}`)));
    });
  }

  private hear(answer: Answer): void {
    const { id, method, params } = answer;
    if (method === 'log.entryAdded' && params?.level === 'error') this.errors.push(params.text ?? '');
    if (id === undefined) return;
    this.waiting.get(id)?.(answer);
    this.waiting.delete(id);
  }

  private send(method: string, params: object): Promise<unknown> {
    const id = ++this.commands;
    this.socket!.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ type, result, message }) => {
        if (type === 'error') reject(new Error(`${method}: ${message}`));
        else resolve(result);
      });
    });
  }
}
