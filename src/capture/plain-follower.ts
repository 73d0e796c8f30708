/** A connection that is not TLS: HTTP is told, anything else only as TCP. */
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import type { ConnectionAccount, Side } from './account.ts';

/** RFC 9112 sections 3 and 4. */
const REQUEST = /^([!#$%&'*+.^_`|~\w-]+) (\S+) HTTP\/\d\.\d\r?\n/;
const STATUS = /^HTTP\/\d\.\d (\d{3})/;
/** More than any server takes for a head. */
const LONGEST_HEAD = 16_384;

const latin1 = new TextDecoder('latin1');

export class PlainFollower {
  private readonly account: ConnectionAccount;
  private request = '';
  private response: { readonly event: TraceEvent; length: number } | undefined;

  constructor(account: ConnectionAccount) {
    this.account = account;
  }

  take(from: Side, bytes: Uint8Array): void {
    if (from === 'client') this.takeRequest(latin1.decode(bytes));
    else this.takeResponse(bytes);
  }

  /** A head may come in pieces; bodies are of no interest. */
  private takeRequest(text: string): void {
    this.request = (REQUEST.test(text) ? text : this.request + text).slice(0, LONGEST_HEAD);
    const end = this.request.search(/\r?\n\r?\n/);
    const found = REQUEST.exec(this.request);
    if (end < 0 || found === null) return;
    const head = this.request.slice(0, end);
    const host = /^host:[ \t]*([^\r\n]*)/im.exec(head)?.[1]?.trim() ?? '';
    this.account.at('server', { type: 'http.request', method: found[1]!, path: found[2]!, host });
    this.request = '';
    this.response = undefined;
  }

  private takeResponse(bytes: Uint8Array): void {
    const status = STATUS.exec(latin1.decode(bytes.subarray(0, 16)))?.[1];
    if (status !== undefined && this.response === undefined) {
      const event = this.account.at('server', { type: 'http.response', status: Number(status), length: 0 });
      this.response = { event, length: 0 };
    }
    if (this.response === undefined) return;
    this.response.length += bytes.length;
    Object.assign(this.response.event, { length: this.response.length });
  }
}
