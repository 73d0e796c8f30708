/** The way to real hosts, where the server of this page has one. Nothing uses it before somebody has asked for it. */
import { signal } from '@preact/signals';
import type { GatewayStatus } from '../../../src/gateway/tunnel-protocol.ts';
import { askStatus, serverAccess } from './server.ts';

/** What the operator allowed; undefined where there is no gateway. */
export const gatewayStatus = signal<GatewayStatus | undefined>(undefined);
/** Why the server refuses, in its words. */
export const gatewayProblem = signal<string | undefined>(undefined);
/** Somebody wants the next live world to reach real hosts. */
export const gatewayWanted = signal(false);

/** Asks the server what may be reached. */
export async function askGateway(): Promise<void> {
  const access = serverAccess('gateway');
  if (access === undefined) return;
  try {
    gatewayStatus.value = await askStatus<GatewayStatus>(access);
  } catch (error) {
    gatewayProblem.value = (error as Error).message;
  }
}
