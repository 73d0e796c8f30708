/** Runs tables of cases. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { RecordClient } from './record-client.ts';
import type { Transport } from './transport.ts';

/** What is done, and the alert that answers it; without an alert nothing is wrong. */
export interface CaseOf<Client extends RecordClient> {
  readonly what: string;
  readonly alert?: string;
  readonly run: (client: Client) => void | Promise<void>;
}

export type Connect = () => Transport;

/** Of tables with hundreds of cases of a kind, a port hears one in so many: each costs a connection. */
const LONG = 100;
const EVERY = 16;

export function runAll<Client extends RecordClient>(
  groups: Readonly<Record<string, readonly CaseOf<Client>[]>>,
  connect: () => Client,
  sparing = false,
): void {
  for (const [group, cases] of Object.entries(groups)) {
    it(group, async () => {
      const every = sparing && cases.length > LONG ? EVERY : 1;
      for (const one of cases.filter((_, i) => i % every === 0)) await runOne(one, connect());
    });
  }
}

async function runOne<Client extends RecordClient>(
  { what, alert, run }: CaseOf<Client>,
  client: Client,
): Promise<void> {
  try {
    await run(client);
    if (alert !== undefined) assert.equal(await client.heardAlert(), alert);
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : error}`, { cause: error });
  } finally {
    client.transport.close();
  }
}
