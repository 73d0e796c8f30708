/**
 * Who may talk to this server. A page of elsewhere whose name has been made to lead to 127.0.0.1 (DNS rebinding) still
 * says its own name in Host and in Origin; only addresses, and localhost, cannot be pointed anywhere.
 */
import { isIP } from 'node:net';

/** Whether a Host header names this computer: its own address, or any where it listens on all of them. */
export function permitsHost(host: string | undefined, address: string): boolean {
  const name = hostName(host);
  if (name === undefined) return false;
  if (LOOPBACK.has(name) || name === address) return true;
  return isEverywhere(address) && isIP(name) !== 0;
}

/** Whether an Origin header is this page's own: the very host that the request was sent to. */
export function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined || host === undefined) return false;
  return origin === `http://${host}` || origin === `https://${host}`;
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '::1']);

function isEverywhere(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** Without its port; an IPv6 address without its brackets. */
function hostName(host: string | undefined): string | undefined {
  const [, v6, name] = /^(?:\[([\da-f:.]+)\]|([^:[\]]+))(?::\d{1,5})?$/i.exec(host ?? '') ?? [];
  return (v6 ?? name)?.toLowerCase();
}
