import { toHex } from '../../../../emulator/world/bytes.ts';
import type { TraceEventOf } from '../../../../emulator/world/trace-events.ts';
import { type Lesson, type LessonRun, LOOK_AT } from '../lesson.ts';

export const keys: Lesson = {
  id: 'keys',
  title: 'Keys',
  text: [
    'A key pair has two halves. The public one is for everybody, the private one for its owner alone. Who has the public half can verify what the private one has signed, and can close what only the private one opens.',
    "To sign is to prove: Alice signs with her private half, Bob verifies with her public one, and one changed bit is enough to make the signature void. To agree is to share: each side puts its own private half and the other's public half together, and both come to the same secret, which was never on the line.",
    'TLS does both. The ends agree on a secret with keys made for this one connection, and the server signs its half of that with the key of its certificate. Without the signature one would share a secret with somebody, and not know with whom.',
  ],
  runs: [
    { label: 'agree on a secret', scenario: 'keys-ecdh-agree' },
    { label: 'sign', scenario: 'keys-ecdsa-sign' },
    { label: 'one changed bit', scenario: 'keys-tampered-message' },
    { label: 'encrypt', scenario: 'keys-rsa-encrypt' },
  ],
  looks: [LOOK_AT.ladder, LOOK_AT.about],
  question: {
    kind: 'answer',
    scenario: 'keys-ecdh-agree',
    asks: 'Let them agree on a secret. Mallory has heard both public halves. Who comes to the same secret?',
    hint: 'The ladder shows the secret of each in hexadecimal. Two of them are the same.',
    options: (run) => pairs(run).map(({ names }) => names),
    truth: (run) => pairs(run).find(({ same }) => same)?.names,
    explains:
      'What Mallory lacks is a private half, and from the public ones it cannot be computed. She could still answer in the place of Bob: to find that out takes certificates.',
  },
};

/** Everybody with everybody. */
function pairs({ events }: LessonRun): { names: string; same: boolean }[] {
  const secrets = events
    .filter((event): event is TraceEventOf<'key.operation'> => event.type === 'key.operation')
    .map(({ actor, output }) => ({ actor: capital(actor), secret: toHex(output) }));
  return secrets.flatMap((one, i) =>
    secrets.slice(i + 1).map((other) => ({
      names: `${one.actor} and ${other.actor}`,
      same: one.secret === other.secret,
    })),
  );
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
