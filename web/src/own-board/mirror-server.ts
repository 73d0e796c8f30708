/** Whether the server of this page mirrors scenarios, as it says itself. */
import { signal } from '@preact/signals';
import type { MirrorStatus } from '../../../src/mirror/remote/protocol.ts';
import { askStatus, serverAccess } from '../state/server.ts';

/** Undefined until it has answered, and where there is none. */
export const mirrorStatus = signal<MirrorStatus | undefined>(undefined);
/** Why it does not say, in its words. */
export const statusProblem = signal('');

export async function askMirrorStatus(): Promise<void> {
  const access = serverAccess('mirror');
  if (access === undefined) return;
  try {
    mirrorStatus.value = await askStatus<MirrorStatus>(access);
    statusProblem.value = '';
  } catch (error) {
    statusProblem.value = (error as Error).message;
  }
}
