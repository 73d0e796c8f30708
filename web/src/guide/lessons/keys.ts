import { toHex } from '../../../../emulator/world/bytes.ts';
import type { TraceEventOf } from '../../../../emulator/world/trace-events.ts';
import { type Lesson, type LessonRun, LOOK_AT } from '../lesson.ts';

export const keys: Lesson = {
  id: 'keys',
  title: 'Keys',
  text: [
    'A key pair has two halves. The public half is for everybody, the private half for its owner alone. With the public half anybody can check what the private half has signed, or, with RSA, encrypt what only the private half can decrypt.',
    "Signing proves: Alice signs with her private half, Bob verifies with her public half, and one changed bit makes the signature void. Agreeing shares: each side combines its own private half with the other's public half, and both arrive at the same secret, which never crossed the line.",
    'TLS does both. The two ends agree on a secret, with keys made for this one connection, and the server signs its half with the key of its certificate. Without the signature you would share a secret with somebody, and not know with whom.',
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
    asks: 'Let them agree on a secret. Mallory has heard both public halves. Which two arrive at the same secret?',
    hint: 'The ladder shows the secret of each in hexadecimal. Two of them are the same.',
    options: (run) => pairs(run).map(({ names }) => names),
    truth: (run) => pairs(run).find(({ same }) => same)?.names,
    explains:
      'Mallory lacks a private half of theirs, and it cannot be computed from the public ones. She could still answer in Bob’s place: to notice that takes certificates.',
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
