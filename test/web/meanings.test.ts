/** Whatever a person can point at in a message or in a certificate says what it means, and where that is written. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { nobleProvider } from '../../emulator/crypto/noble.ts';
import type { AnnotatedField, TraceEvent } from '../../emulator/world/trace-events.ts';
import { certificateOrNot } from '../../src/report/certificate-fields.ts';
import { shownChains } from '../../src/report/certificates.ts';
import { sectionOfMessage } from '../../src/report/rfc-sections.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { explainDer } from '../../web/src/inspector/der-meanings.ts';
import { type Explanation, explained, fieldTree } from '../../web/src/inspector/field-tree.ts';
import { explain } from '../../web/src/inspector/meanings.ts';
import { projectRoot } from '../support/project.ts';

after(closeDeviceWorkers);

/** Both versions, each key exchange, client certificates, stapling, resumption, constraints of names. */
const SCENARIOS = [
  'mode3-mutual-tls',
  'gateway-certificate-expired',
  'static-rsa',
  'mode1-psk-ecdhe',
  'resumption-by-ticket',
  'revoked-staple-unchecked',
  'refuse-name-constraints',
];

async function traceOf(name: string): Promise<readonly TraceEvent[]> {
  return (await runScenario(loadScenario(join(projectRoot, 'scenarios', name, 'scenario.yaml')))).events;
}

function unexplained(
  fields: readonly AnnotatedField[],
  of: (field: AnnotatedField) => Explanation,
  section: string | undefined,
): string[] {
  const tree = fieldTree(fields);
  return tree.all
    .filter((each) => {
      const { meaning, section: written } = explained(tree, each, of, section);
      return meaning === undefined || written === undefined;
    })
    .map(({ field }) => `${field.name} ${field.value ?? ''}`);
}

describe('what fields mean', () => {
  for (const name of SCENARIOS) {
    it(`is said of every field that ${name} sends`, async () => {
      const events = await traceOf(name);
      const messages = events.filter((event) => event.type === 'tls.message');
      assert.ok(messages.length > 0);
      const missing = messages.flatMap(({ message, fields }) =>
        unexplained(fields, explain, sectionOfMessage(message)).map((each) => `${message}: ${each}`),
      );
      const certificates = shownChains(events, nobleProvider).flatMap(({ chain }) => chain);
      const inCertificates = certificates.flatMap((der) =>
        unexplained(certificateOrNot(der)!.fields, explainDer, 'RFC 5280 §4.1'),
      );
      assert.deepEqual([...new Set([...missing, ...inCertificates])], []);
    });
  }
});
