/** The way to real hosts, where the server of this page has one. Nothing uses it before somebody has asked for it. */
import { signal } from '@preact/signals';
import type { GatewayStatus } from '../../../src/gateway/tunnel-protocol.ts';
import type { GatewayAccess } from '../world/protocol.ts';

/** For as long as the tab lives. */
const KEY = 'tls-sandbox/token';

/** What the operator allowed; undefined where there is no gateway. */
export const gatewayStatus = signal<GatewayStatus | undefined>(undefined);
/** Why the server refuses, in its words. */
export const gatewayProblem = signal<string | undefined>(undefined);
/** Somebody wants the next live world to reach real hosts. */
export const gatewayWanted = signal(false);

export function keepToken(token: string): void {
  sessionStorage.setItem(KEY, token);
}

/** Undefined on a page that was not opened with a token. */
export function gatewayAccess(): GatewayAccess | undefined {
  const token = sessionStorage.getItem(KEY);
  return token === null ? undefined : { url: new URL('gateway/', document.baseURI).href, token };
}

/** Asks the server what may be reached. */
export async function askGateway(): Promise<void> {
  const access = gatewayAccess();
  if (access === undefined) return;
  try {
    const response = await fetch(new URL('status', access.url), {
      headers: { authorization: `Bearer ${access.token}` },
    });
    if (response.ok) gatewayStatus.value = await response.json();
    else gatewayProblem.value = (await response.text()).trim();
  } catch {
    gatewayProblem.value = 'The server of this page does not answer: is tls-sandbox serve still running?';
  }
}
