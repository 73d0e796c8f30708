import { join } from 'node:path';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { readCapture } from '../../src/capture/read.ts';
import { traceOfCapture } from '../../src/capture/trace-of-capture.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { summariseHandshakes } from '../../src/scenario/summary.ts';
import { projectRoot } from '../support/project.ts';

export async function eventsOf(scenario: string): Promise<readonly TraceEvent[]> {
  const loaded = loadScenario(join(projectRoot, 'scenarios', scenario, 'scenario.yaml'));
  return (await runScenario(loaded)).events;
}

export function explained(file: Uint8Array, keyLog = ''): TraceEvent[] {
  return traceOfCapture(readCapture(file), { crypto: nodeProvider, name: 'test', keyLog });
}

/** What a wire shows of the handshakes: not what an end thought of a certificate, and not its clock. */
export function seenOnTheWire(events: readonly TraceEvent[]) {
  return summariseHandshakes(events).map((summary) => {
    const { connection, from, to, outcome, version, suite, resumed, server, client, alert, alerts } = summary;
    const messages = summary.messages.map(({ by, name, says }) => ({ by, name, says }));
    return {
      connection,
      from,
      to,
      outcome,
      version,
      suite,
      resumed,
      server,
      client,
      alert,
      alerts,
      messages,
    };
  });
}
