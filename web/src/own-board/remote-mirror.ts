/** A scenario mirrored to the board by the server of this page: src/mirror/remote/protocol.ts tells how. */
import { concat } from '../../../emulator/world/bytes.ts';
import { BoardSession } from '../../../src/mirror/board/session.ts';
import type { TimedRow } from '../../../src/mirror/parity/row.ts';
import { MirrorError } from '../../../src/mirror/problem.ts';
import {
  LARGEST_MESSAGE,
  MIRROR_PROTOCOL,
  type MirrorBegin,
  type PageMessage,
  type ServerMessage,
} from '../../../src/mirror/remote/protocol.ts';
import type { ServerAccess } from '../world/protocol.ts';
import type { WorkContext } from './work.ts';

export type RemoteScenario = Omit<MirrorBegin, 'kind' | 'port'>;

/** Rejected with MirrorError; the board is as it was either way. */
export async function mirrorRemotely(
  access: ServerAccess,
  scenario: RemoteScenario,
  context: WorkContext,
): Promise<TimedRow> {
  const remote = new RemoteMirror(access, scenario, context);
  try {
    return await remote.end;
  } catch (error) {
    if (error instanceof ServerGone) {
      context.onProgress('putting the board back');
      await putBack(context);
    }
    throw error;
  }
}

/** The server went in the middle of it. */
class ServerGone extends MirrorError {}

class RemoteMirror {
  readonly end: Promise<TimedRow>;
  private readonly websocket: WebSocket;
  private readonly context: WorkContext;
  /** What the board has said since the server wrote last: after the end, that is for the person. */
  private unheard: Uint8Array[] = [];
  private settle!: { done: (row: TimedRow) => void; fail: (error: Error) => void };

  constructor({ url, token }: ServerAccess, scenario: RemoteScenario, context: WorkContext) {
    this.context = context;
    this.end = new Promise((done, fail) => {
      this.settle = { done, fail };
    });
    const target = new URL('session', url);
    target.protocol = target.protocol === 'https:' ? 'wss:' : 'ws:';
    this.websocket = new WebSocket(target, [MIRROR_PROTOCOL, token]);
    this.websocket.binaryType = 'arraybuffer';
    this.websocket.onopen = () => this.begin(scenario);
    this.websocket.onmessage = ({ data }) => this.hear(data);
    this.websocket.onclose = ({ reason }) => this.settle.fail(new MirrorError(reason || REFUSED));
  }

  private begin(scenario: RemoteScenario): void {
    const { line, signal } = this.context;
    // After the end this tells nobody anything.
    this.websocket.onclose = ({ reason }) => this.settle.fail(new ServerGone(reason || GONE));
    this.say({ kind: 'begin', port: line.name, ...scenario });
    line.onData = (bytes) => this.fromBoard(bytes);
    line.onClose = (reason) => this.say({ kind: 'lost', reason });
    signal.addEventListener('abort', () => this.say({ kind: 'stop' }));
    if (signal.aborted) this.say({ kind: 'stop' });
  }

  private fromBoard(bytes: Uint8Array): void {
    this.unheard.push(bytes);
    for (let at = 0; at < bytes.length; at += LARGEST_MESSAGE)
      this.send(bytes.slice(at, at + LARGEST_MESSAGE));
  }

  private hear(data: string | ArrayBuffer): void {
    if (typeof data !== 'string') {
      this.unheard = [];
      void this.write(new Uint8Array(data));
      return;
    }
    const message: ServerMessage = JSON.parse(data);
    if (message.kind === 'progress') this.context.onProgress(message.text);
    else void this.finish(message);
  }

  private async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.context.line.write(bytes);
      this.say({ kind: 'written' });
    } catch (error) {
      this.say({ kind: 'lost', reason: (error as Error).message });
    }
  }

  private async finish(message: Extract<ServerMessage, { kind: 'end' }>): Promise<void> {
    const { line } = this.context;
    line.onData = undefined;
    line.onClose = undefined;
    await line.close(concat(...this.unheard));
    if ('row' in message) this.settle.done(message.row);
    else this.settle.fail(new MirrorError(message.failed));
  }

  private say(message: PageMessage): void {
    this.send(JSON.stringify(message));
  }

  private send(data: string | Uint8Array): void {
    if (this.websocket.readyState === WebSocket.OPEN) this.websocket.send(data as string);
  }
}

/** Browsers keep the words of a server that lets nobody in. */
const REFUSED =
  'The server of this page does not answer, or refuses: is tls-sandbox serve --mirror running, and is this the URL that it printed last?';
const GONE =
  'The server of this page has gone. The board has its prompt and its own program again; its folder /tls-sandbox-mirror may have stayed, until the next mirror.';

/** Without the server: at least the prompt, and the board's own program. */
async function putBack({ line }: WorkContext): Promise<void> {
  try {
    const session = await BoardSession.open(line);
    await session.close();
  } catch {
    // It is out of reach; the line's end says so.
  }
}
