/** Who may ask this server for more than files: the page of this start, from its own origin, with the token of this start. */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Request, Response } from 'express';
import { isOwnOrigin, permitsHost } from './origin.ts';

export interface AdmissionOptions {
  readonly token: string;
  /** The address that the server listens on. */
  readonly address: string;
}

/** An HTTP status and a sentence. */
export interface Refusal {
  readonly status: number;
  readonly text: string;
}

const STRANGER: Refusal = { status: 403, text: 'This server serves its own page only.' };
const STALE: Refusal = {
  status: 401,
  text: 'The token is not that of this start of the server. Open the URL that tls-sandbox serve printed last.',
};

export class Admission {
  private readonly options: AdmissionOptions;

  constructor(options: AdmissionOptions) {
    this.options = options;
  }

  /** Whether a WebSocket is asked for from elsewhere than this page; its token is another matter. */
  refusalOfOrigin({ headers: { host, origin } }: IncomingMessage): Refusal | undefined {
    return permitsHost(host, this.options.address) && isOwnOrigin(origin, host) ? undefined : STRANGER;
  }

  /** A browser's WebSocket can send no header of its own, but names of protocols: the endpoint's, then the token. */
  refusalOfToken({ headers }: IncomingMessage, protocol: string): Refusal | undefined {
    const [named, token = ''] = (headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
    return named === protocol && this.isToken(token) ? undefined : STALE;
  }

  /**
   * Whether a question of the page's is answered; if not, it has been told why. The token comes as a header that only this
   * page's own script can send; browsers say where a request is from.
   */
  admits(request: Request, response: Response): boolean {
    const { origin, host, authorization = '' } = request.headers;
    const site = request.headers['sec-fetch-site'];
    const isOwn =
      (site === undefined || site === 'same-origin') && (origin === undefined || isOwnOrigin(origin, host));
    if (!isOwn) return refuse(response, STRANGER);
    return this.isToken(authorization.replace(/^Bearer /, '')) || refuse(response, STALE);
  }

  private isToken(text: string): boolean {
    const [given, wanted] = [Buffer.from(text), Buffer.from(this.options.token)];
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  }
}

/** Always false. */
export function refuse(response: Response, { status, text }: Refusal): false {
  response.status(status).type('text/plain').send(`${text}\n`);
  return false;
}
