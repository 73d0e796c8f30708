/** One scenario on one board at the other end of a page's WebSocket. */
import type { RawData, WebSocket } from 'ws';
import type { Board } from '../../emulator/device/boards/board.ts';
import { boardByName } from '../../emulator/device/boards/index.ts';
import { SECOND } from '../../emulator/world/time.ts';
import { describeBoard } from '../mirror/board/capabilities.ts';
import { BoardSession } from '../mirror/board/session.ts';
import { mirror } from '../mirror/mirror.ts';
import { DEFAULT_TOLERANCE } from '../mirror/parity/compare.ts';
import type { TimedRow } from '../mirror/parity/row.ts';
import { MirrorError } from '../mirror/problem.ts';
import {
  LARGEST_MESSAGE,
  MIRROR_CLOSE,
  type MirrorBegin,
  type PageMessage,
  readPageMessage,
  type ServerMessage,
} from '../mirror/remote/protocol.ts';
import { promotable } from '../mirror/run/promotable.ts';
import { fromTexts } from '../scenario/file-texts.ts';
import { ScenarioError } from '../scenario/problem.ts';
import { SCENARIO_FILE } from '../scenario/scenario-file.ts';
import { loadSource, type ScenarioSource } from '../scenario/source.ts';
import type { MirrorMeans } from './mirrors.ts';
import { PageLine } from './page-line.ts';
import type { TokenBucket } from './token-bucket.ts';

export interface MirrorSessionOptions {
  readonly websocket: WebSocket;
  readonly means: MirrorMeans;
  /** All sessions share them. */
  readonly messages: TokenBucket;
  readonly onDefect: (error: Error) => void;
}

/** Milliseconds until a page must have said what it wants. */
const BEGIN_PATIENCE = 10_000;

/** Wall time that a program may take on the board. */
const TIME_LIMIT = 120 * SECOND;

/** Characters of a port's name. */
const LONGEST_NAME = 60;

export class MirrorSession {
  /** Fulfilled when the board is as it was, or out of reach. */
  readonly over: Promise<void>;
  private readonly options: MirrorSessionOptions;
  private readonly enough = new AbortController();
  private readonly late: NodeJS.Timeout;
  private line: PageLine | undefined;
  private end: () => void = () => {};

  constructor(options: MirrorSessionOptions) {
    this.options = options;
    const { websocket } = options;
    this.over = new Promise((resolve) => {
      this.end = resolve;
    });
    this.late = setTimeout(
      () => websocket.close(MIRROR_CLOSE.late, 'nothing was begun within 10 s'),
      BEGIN_PATIENCE,
    );
    websocket.on('message', (data, isBinary) => this.hear(data, isBinary));
    websocket.on('close', () => this.gone());
    // A message that is too long, or no WebSocket at all: ws closes by itself.
    websocket.on('error', () => {});
  }

  stop(reason: string): void {
    this.enough.abort(new MirrorError(reason));
    if (this.line === undefined) this.options.websocket.close(MIRROR_CLOSE.late, reason.slice(0, 123));
  }

  /** There is no time left for the board. */
  abandon(): void {
    this.options.websocket.terminate();
  }

  private gone(): void {
    clearTimeout(this.late);
    const reason = 'the page has gone';
    this.line?.lose(reason);
    this.enough.abort(new MirrorError(reason));
    if (this.line === undefined) this.end();
  }

  private hear(data: RawData, isBinary: boolean): void {
    const { websocket, messages } = this.options;
    const bytes = data as Buffer;
    if (!messages.take()) {
      websocket.close(MIRROR_CLOSE.tooFast, 'too many messages: the server has closed the connection');
      return;
    }
    const isKnown = isBinary ? this.hearBoard(bytes) : this.obey(readPageMessage(bytes.toString()));
    if (!isKnown) websocket.close(MIRROR_CLOSE.unknown, 'this is no message of a mirror at this moment');
  }

  private hearBoard(bytes: Buffer): boolean {
    if (this.line === undefined || bytes.length > LARGEST_MESSAGE) return false;
    this.line.hear(new Uint8Array(bytes));
    return true;
  }

  private obey(message: PageMessage | undefined): boolean {
    if (message?.kind === 'begin') return this.begin(message);
    if (message === undefined || this.line === undefined) return false;
    if (message.kind === 'written') this.line.written();
    else if (message.kind === 'lost') this.line.lose(message.reason);
    else this.stop('stopped; the board is as it was');
    return true;
  }

  private begin(message: MirrorBegin): boolean {
    if (this.line !== undefined) return false;
    clearTimeout(this.late);
    const line = new PageLine(this.options.websocket, `WebSerial, ${message.port.slice(0, LONGEST_NAME)}`);
    this.line = line;
    void this.play(message, line).then(() => this.end());
    return true;
  }

  private async play(message: MirrorBegin, line: PageLine): Promise<void> {
    try {
      this.send({ kind: 'end', row: await this.mirror(message, line) });
    } catch (error) {
      this.send({ kind: 'end', failed: this.wordsFor(error as Error) });
    }
    this.options.websocket.close(1000);
  }

  private async mirror(message: MirrorBegin, line: PageLine): Promise<TimedRow> {
    const started = performance.now();
    const { name, seed, board } = message;
    const loaded = loadSource({ name, files: readFiles(message.files) });
    promotable(loaded);
    const profile = board === undefined ? undefined : findProfile(board);
    const { signal } = this.enough;
    const onProgress = (text: string) => this.send({ kind: 'progress', text });
    onProgress('looking for the prompt of the board');
    const session = await BoardSession.open(line, {}, signal);
    try {
      onProgress(`found ${describeBoard(session.board)}`);
      const { report } = await mirror(session, loaded, {
        ...this.options.means,
        device: line.name,
        seed,
        board: profile,
        signal,
        tolerance: DEFAULT_TOLERANCE,
        timeLimit: TIME_LIMIT,
        onProgress,
      });
      const { tags } = loaded.scenario;
      return { name, file: SCENARIO_FILE, tags, report, milliseconds: performance.now() - started };
    } finally {
      onProgress('leaving the board as it was');
      await session.close();
    }
  }

  private send(message: ServerMessage): void {
    const { websocket } = this.options;
    if (websocket.readyState === websocket.OPEN) websocket.send(JSON.stringify(message));
  }

  private wordsFor(error: Error): string {
    if (error instanceof MirrorError || error instanceof ScenarioError) return error.message;
    this.options.onDefect(error);
    return `the server has a defect: ${error.message}`;
  }
}

/** Throws MirrorError. */
function readFiles(texts: MirrorBegin['files']): ScenarioSource['files'] {
  try {
    return fromTexts(texts);
  } catch (error) {
    throw new MirrorError(`the scenario's files cannot be read: ${(error as Error).message}`);
  }
}

/** Throws MirrorError. */
function findProfile(name: string): Board {
  try {
    return boardByName(name);
  } catch (error) {
    throw new MirrorError((error as Error).message);
  }
}
