import type { TraceEvent } from '../../../../emulator/world/trace-events.ts';
import { type Lesson, type LessonRun, LOOK_AT } from '../lesson.ts';

export const handshakeAndModes: Lesson = {
  id: 'handshake-and-modes',
  title: 'The handshake and the three modes',
  text: [
    'Before the program’s first byte goes over the line, both ends shake hands. The ClientHello offers versions and cipher suites, the ServerHello chooses. The two agree on a secret that is never sent, and each ends with Finished: a checksum over all that was said, under the new keys. If anybody changed a byte on the way, it comes out there.',
    'A private line is not yet a line to the right person. In mode 1 nobody is asked who they are (CERT_NONE). In mode 2 the server is: it shows a certificate and signs its half of the key exchange, and the board checks both (CERT_REQUIRED). In mode 3 the board proves itself as well, with a certificate and a key of its own.',
    'Run all three and watch the ladder: which messages come only in mode 3?',
  ],
  runs: [
    { label: 'mode 1', scenario: 'mode1-no-auth' },
    { label: 'mode 2', scenario: 'mode2-server-auth' },
    { label: 'mode 3', scenario: 'mode3-mutual-tls' },
  ],
  looks: [LOOK_AT.ladder, LOOK_AT.attackers],
  question: {
    kind: 'answer',
    scenario: 'mode3-mutual-tls',
    asks: 'Run mode 3. With which message does the board prove that it has the private key of its certificate?',
    hint: 'A certificate alone proves nothing: anybody may have a copy. Which message of the board carries a signature? It is missing in mode 2.',
    options: ({ events }) => [...new Set(sentByClient(events).map(({ message }) => message))],
    truth: signed,
    explains:
      'It signs everything said so far in this one handshake, so nobody can use the signature again in another.',
  },
};

function sentByClient(events: readonly TraceEvent[]) {
  const clients = new Set(
    events.flatMap((event) => (event.type === 'tls.start' && event.role === 'client' ? [event.actor] : [])),
  );
  return events
    .filter((event) => event.type === 'tls.message')
    .filter(({ actor, direction }) => direction === 'sent' && clients.has(actor));
}

function signed({ events }: LessonRun): string | undefined {
  return sentByClient(events).find(({ fields }) => hasField(fields, 'signature_value'))?.message;
}

interface Field {
  readonly name: string;
  readonly children?: readonly Field[];
}

function hasField(fields: readonly Field[], wanted: string): boolean {
  return fields.some(({ name, children = [] }) => name === wanted || hasField(children, wanted));
}
