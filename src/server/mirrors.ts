/**
 * Scenarios mirrored for the page to a board that the page alone can reach: their peers play on this computer's ports, the
 * board's line comes through a WebSocket (src/mirror/remote/protocol.ts). Off unless the operator has said `--mirror`.
 */
import type { Express } from 'express';
import type { WebSocket } from 'ws';
import type { Credentials } from '../mirror/board/network.ts';
import {
  LARGEST_BEGIN,
  MIRROR_CLOSE,
  MIRROR_PROTOCOL,
  type MirrorStatus,
} from '../mirror/remote/protocol.ts';
import { type Admission, refuse } from './admission.ts';
import { MirrorSession } from './mirror-session.ts';
import { TokenBucket } from './token-bucket.ts';
import type { PageService, WebSocketEndpoint } from './web-sockets.ts';

/** What the operator gives for it. */
export interface MirrorMeans {
  /** The board's Wi-Fi network: goes to the board alone. */
  readonly wifi: Credentials | undefined;
  /** Address of this computer that boards can reach; else found out. */
  readonly host: string | undefined;
}

export interface MirrorsOptions {
  readonly admission: Admission;
  /** Undefined where the operator lets nobody. */
  readonly means: MirrorMeans | undefined;
  /** A defect of ours, which the page is told of in a sentence. */
  readonly onDefect: (error: Error) => void;
}

/** Boards at a time. */
const MOST_BOARDS = 4;

/** Mirrors and questions: so many at once, and so many a second. */
const OPENINGS = { burst: 10, perSecond: 1 } as const;

/** Messages of all boards together. */
const MESSAGES = { burst: 4_000, perSecond: 2_000 } as const;

/** Milliseconds that boards have to become as they were when this server ends. */
const FAREWELL = 10_000;

export class Mirrors implements PageService {
  readonly endpoint: WebSocketEndpoint;
  private readonly options: MirrorsOptions;
  private readonly openings = new TokenBucket(OPENINGS.burst, OPENINGS.perSecond);
  private readonly messages = new TokenBucket(MESSAGES.burst, MESSAGES.perSecond);
  private readonly sessions = new Set<MirrorSession>();

  constructor(options: MirrorsOptions) {
    this.options = options;
    this.endpoint = {
      path: '/mirror/session',
      protocol: MIRROR_PROTOCOL,
      largestMessage: LARGEST_BEGIN,
      most: MOST_BOARDS,
      openings: this.openings,
      open: (websocket) => this.open(websocket),
    };
  }

  /** What a page asks before it offers anything: GET mirror/status. */
  serve(app: Express): void {
    const { admission, means } = this.options;
    app.get('/mirror/status', (request, response) => {
      if (!admission.admits(request, response)) return;
      if (!this.openings.take()) refuse(response, { status: 429, text: 'Too many questions at once.' });
      else
        response.json({
          isOn: means !== undefined,
          hasWifi: means?.wifi !== undefined,
        } satisfies MirrorStatus);
    });
  }

  /** Boards first become as they were. */
  async close(): Promise<void> {
    const sessions = [...this.sessions];
    for (const session of sessions) session.stop('the server of the page was ended; the board is as it was');
    const enough = new Promise((resolve) => setTimeout(resolve, FAREWELL).unref());
    await Promise.race([Promise.all(sessions.map(({ over }) => over)), enough]);
    for (const session of this.sessions) session.abandon();
  }

  private open(websocket: WebSocket): void {
    const { means, onDefect } = this.options;
    if (means === undefined) {
      websocket.close(MIRROR_CLOSE.notAllowed, 'mirroring is off: start tls-sandbox serve with --mirror');
      return;
    }
    const session = new MirrorSession({ websocket, means, messages: this.messages, onDefect });
    this.sessions.add(session);
    void session.over.then(() => this.sessions.delete(session));
  }
}
