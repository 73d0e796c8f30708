/**
 * How the keys of one connection came to be, step by step, with what went into each: RFC 5246 sections 6.3, 7.4.9 and
 * 8.1, RFC 7627 section 4, RFC 8446 sections 4.4.4 and 7. What the trace does not hold, because nobody lets it out
 * (private keys, the shared secret), is named; the rest is computed anew from the trace.
 */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { grouped } from '../../emulator/world/ordered.ts';
import type { TraceEvent } from '../../emulator/world/trace-events.ts';
import { connectionIn } from './connection-in.ts';
import { type Account, fieldIn, type KeyStep } from './key-parts.ts';
import { stepsOfTls12 } from './key-steps-tls12.ts';
import { stepsOfTls13 } from './key-steps-tls13.ts';

export interface ConnectionKeySteps {
  readonly connection: string;
  /** Whose account of the connection it is. */
  readonly actor: string;
  readonly suite: string;
  readonly steps: readonly KeyStep[];
}

/** In the order in which the connections began; only those that came as far as keys. */
export function keySteps(events: readonly TraceEvent[], crypto: CryptoProvider): ConnectionKeySteps[] {
  const ends = new Map<string, { connection: string; actor: string }>();
  for (const event of events) {
    if (event.type !== 'tls.secret' || ends.has(event.connection)) continue;
    ends.set(event.connection, { connection: event.connection, actor: event.actor });
  }
  const own = grouped(events, (event) => {
    const connection = connectionIn(event);
    return connection !== undefined && ends.get(connection)?.actor === event.actor ? connection : undefined;
  });
  return [...ends.values()].flatMap((end) => stepsOf(own.get(end.connection)!, end, crypto));
}

function stepsOf(
  own: readonly TraceEvent[],
  { connection, actor }: { connection: string; actor: string },
  crypto: CryptoProvider,
): ConnectionKeySteps[] {
  const messages = own.filter((event) => event.type === 'tls.message');
  const secrets = new Map(
    own.flatMap((event) => (event.type === 'tls.secret' ? [[event.label, event] as const] : [])),
  );
  const hello = messages.find(({ message }) => message === 'ServerHello');
  const suite = hello && fieldIn(hello.fields, 'cipher_suite');
  if (hello === undefined || suite === undefined) return [];
  const suiteId = (hello.bytes[suite.offset]! << 8) | hello.bytes[suite.offset + 1]!;
  const account: Account = { messages, secrets, suiteId, crypto };
  const steps = secrets.has('CLIENT_RANDOM') ? stepsOfTls12(account) : stepsOfTls13(account);
  return steps.length === 0 ? [] : [{ connection, actor, suite: suite.value ?? '', steps }];
}
