/** One end of a handshake that hears an honest conversation with something changed in it. */
import { TlsError } from '../../emulator/tls/engine.ts';
import { Random } from '../../emulator/world/random.ts';
import type { End } from '../tls/support.ts';
import { mutateBytes, mutateFields, pick, spots } from './mutate.ts';
import { isDeep, type Outcome, type Target } from './outcome.ts';
import { type MakeEnd, type RecordedRecord, record, type Side } from './recorded.ts';

const HEADER = 5;
const HANDSHAKE = 22;
const HANDSHAKE_HEADER = 4;

type Change = (stream: readonly RecordedRecord[], random: Random) => readonly Uint8Array[];

/** `weight` and `seed` as the driver wants them; `make` gives fresh ends. */
export function recordTarget(name: string, weight: number, seed: number, make: MakeEnd, side: Side): Target {
  const stream = record(make, side);
  return {
    name: `${name}, ${side}`,
    weight,
    run(index) {
      const random = new Random(seed, `${name}/${side}/${index}`);
      return hear(make(side), pick(random, CHANGES)(stream, random));
    },
  };
}

/** Fields first: what is changed there passes the outer layers. */
const CHANGES: readonly Change[] = [
  changeFields,
  changeFields,
  changeFields,
  changeBody,
  changeBody,
  changeOrder,
  changeHeader,
  changeCut,
];

function changeFields(stream: readonly RecordedRecord[], random: Random): readonly Uint8Array[] {
  const readable = stream.flatMap(({ fields }, at) => (fields?.length ? [{ fields, at }] : []));
  const { fields, at } = pick(random, readable);
  return replaced(stream, at, (fragment) => mutateFields(fragment, spots(fields), random));
}

function changeBody(stream: readonly RecordedRecord[], random: Random): readonly Uint8Array[] {
  return replaced(stream, random.below(stream.length), (fragment, type) => {
    const changed = mutateBytes(fragment, random);
    // Mostly the length is mended, so that the body is looked at, not only the header.
    if (type === HANDSHAKE && changed.length >= HANDSHAKE_HEADER && random.unit() < 0.8) {
      const length = changed.length - HANDSHAKE_HEADER;
      changed.set([length >> 16, length >> 8, length & 0xff], 1);
    }
    return changed;
  });
}

/** A record is left out, comes twice, or stands elsewhere. */
function changeOrder(stream: readonly RecordedRecord[], random: Random): readonly Uint8Array[] {
  const parts = stream.map(({ bytes }) => bytes);
  const [moved] = parts.splice(random.below(parts.length), 1);
  const copies = random.below(3);
  for (let i = 0; i < copies; i++) parts.splice(random.below(parts.length + 1), 0, moved!);
  return parts;
}

function changeHeader(stream: readonly RecordedRecord[], random: Random): readonly Uint8Array[] {
  const parts = stream.map(({ bytes }) => bytes);
  const at = random.below(parts.length);
  const changed = parts[at]!.slice();
  changed[random.below(HEADER)] = random.unit() < 0.5 ? random.below(256) : 20 + random.below(5);
  parts[at] = changed;
  return parts;
}

/** The same contents in records of other sizes, which is legal, and in pieces of other sizes from the transport. */
function changeCut(stream: readonly RecordedRecord[], random: Random): readonly Uint8Array[] {
  const parts = stream.flatMap(({ bytes, fields }) =>
    fields === undefined || random.unit() < 0.3 ? [bytes] : cut(bytes, random),
  );
  const whole = Buffer.concat(parts);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < whole.length; ) {
    const end = at + 1 + random.below(400);
    pieces.push(whole.subarray(at, end));
    at = end;
  }
  return pieces;
}

function cut(bytes: Uint8Array, random: Random): Uint8Array[] {
  const fragment = bytes.subarray(HEADER);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < fragment.length; ) {
    const end = at + 1 + random.below(200);
    parts.push(wrapped(bytes, fragment.subarray(at, end)));
    at = end;
  }
  return parts;
}

function replaced(
  stream: readonly RecordedRecord[],
  at: number,
  change: (fragment: Uint8Array, type: number) => Uint8Array,
): readonly Uint8Array[] {
  return stream.map(({ bytes }, i) =>
    i === at ? wrapped(bytes, change(bytes.subarray(HEADER), bytes[0]!)) : bytes,
  );
}

function wrapped(header: Uint8Array, fragment: Uint8Array): Uint8Array {
  const kept = fragment.subarray(0, 0xffff);
  return Buffer.concat([header.subarray(0, 3), Uint8Array.of(kept.length >> 8, kept.length), kept]);
}

/** Hands the pieces in one by one, as a socket would. */
export function hear(end: End, pieces: readonly Uint8Array[]): Outcome {
  end.tls.start();
  for (const piece of pieces) {
    end.take();
    if (end.tls.error !== undefined) break;
    end.receive(piece);
  }
  end.take();
  return outcomeOf(end);
}

/** Throws when the engine failed in a way that no input may cause. */
export function outcomeOf(end: End): Outcome {
  const { error } = end.tls;
  if (error?.reason === 'internal' && !(error.cause instanceof TlsError)) {
    throw error.cause instanceof Error ? error.cause : error;
  }
  const failures = end.all('tls.failed').length;
  if (failures !== (error === undefined ? 0 : 1)) throw new Error(`told of ${failures} failures`);
  return { state: error?.state ?? end.tls.state.toUpperCase(), deep: isDeep(error?.reason) };
}
