import { meter } from '../../../emulator/crypto/metered.ts';
import type { PrivateKey } from '../../../emulator/crypto/provider.ts';
import { modulusBits } from '../../../emulator/crypto/rsa.ts';
import type { TraceEventBody } from '../../../emulator/world/trace-events.ts';
import { encodePrivateKey, encodePublicKey } from '../../../emulator/x509/keys.ts';
import { encodePem } from '../../../emulator/x509/pem.ts';
import { opensslCommand } from '../lessons/openssl-command.ts';
import { type Outcome, operate } from '../lessons/operations.ts';
import type { Value } from '../lessons/values.ts';
import { sentence } from '../lessons/words.ts';
import type { UseKeySpec } from '../schema/use-key.ts';
import { InstantStep, type Lesson, type Stage } from './step.ts';

/** What a verification and an agreement need beside their input. */
interface Inputs {
  readonly input: Value;
  readonly signature: Value | undefined;
  readonly peer: PrivateKey | undefined;
}

/** Somebody uses a key, once. */
export class UseKey extends InstantStep {
  private readonly spec: UseKeySpec;

  constructor(spec: UseKeySpec) {
    super();
    this.spec = spec;
  }

  protected apply({ world, lesson }: Stage): void {
    const { by, as } = this.spec;
    const inputs = this.inputs(lesson);
    if (inputs === undefined) {
      const text = `${by} has nothing to ${this.spec.to}: what it needs was not made`;
      world.trace.append(by, { type: 'note', level: 'warning', text });
      return;
    }
    let duration = 0;
    const crypto = meter(lesson.crypto, (operation) => {
      duration += lesson.board.cost(operation);
    });
    const key = lesson.pki.key(this.spec.key);
    const outcome = operate(this.spec.to, this.spec.scheme, {
      crypto,
      key,
      hash: this.spec.hash,
      input: inputs.input.bytes,
      signature: inputs.signature?.bytes ?? new Uint8Array(0),
      peer: inputs.peer?.publicKey,
      random: (length) => lesson.random.bytes(length),
    });
    if (outcome.output !== undefined && as !== undefined) lesson.values.set(as, outcome.output, by);
    world.trace.append(by, this.event(inputs, outcome, key, lesson, duration));
  }

  /** Undefined where something is missing because an earlier step was refused. */
  private inputs({ values, pki }: Lesson): Inputs | undefined {
    const { to, by, text, input: name, signature, peer, tamper } = this.spec;
    if (text !== undefined) values.set(name ?? 'message', new TextEncoder().encode(text), by);
    const given = to === 'agree' ? { name: '', bytes: new Uint8Array(0), by } : values.get(name ?? 'message');
    const signed = signature === undefined ? undefined : values.get(signature);
    if (given === undefined || (to === 'verify' && signed === undefined)) return undefined;
    const input = tamper === undefined ? given : { ...given, bytes: flipped(given.bytes, tamper) };
    return { input, signature: signed, peer: peer === undefined ? undefined : pki.key(peer) };
  }

  private event(
    { input, signature, peer }: Inputs,
    outcome: Outcome,
    key: PrivateKey,
    { board }: Lesson,
    duration: number,
  ): TraceEventBody {
    const { by, to, scheme, hash, key: owner, as, peer: peerName, tamper } = this.spec;
    const half = to === 'encrypt' || to === 'verify' ? 'public' : 'private';
    const other = signature ?? (peer && { name: peerName!, bytes: pointOf(peer), by: peerName! });
    const inputName = tamper === undefined ? input.name : `${input.name}-changed`;
    const outputName = as ?? `${to}-output`;
    const command = opensslCommand(this.spec, {
      privateKey: `${owner}.key`,
      publicKey: `${owner}.pub`,
      input: `${inputName}.bin`,
      output: `${outputName}.bin`,
      signature: `${signature?.name}.bin`,
      peer: `${peerName}.pub`,
    });
    return {
      type: 'key.operation',
      operation: to,
      scheme,
      hash,
      key: owner,
      keyType: typeOf(key),
      half,
      input: input.bytes,
      inputName,
      ...(input.by !== by && { inputFrom: input.by }),
      other: other?.bytes ?? new Uint8Array(0),
      ...(other && { otherName: other.name }),
      ...(other && other.by !== by && { otherFrom: other.by }),
      output: outcome.output ?? new Uint8Array(0),
      ...(outcome.output && { outputName }),
      outcome: outcome.outcome,
      detail: sentence(this.spec, outcome),
      board: board.name,
      duration,
      command,
      files: [...pemFiles(owner, key), ...(peer ? pemFiles(peerName!, peer) : [])],
    };
  }
}

function flipped(bytes: Uint8Array, { offset, mask }: { offset: number; mask: number }): Uint8Array {
  const copy = bytes.slice();
  const at = offset < 0 ? copy.length + offset : offset;
  if (copy[at] !== undefined) copy[at] ^= mask;
  return copy;
}

function pointOf(key: PrivateKey): Uint8Array {
  return key.kind === 'rsa' ? new Uint8Array(0) : key.publicKey.point;
}

/** As a scenario names it. */
function typeOf(key: PrivateKey): string {
  if (key.kind === 'rsa') return `rsa-${modulusBits(key.publicKey)}`;
  return key.kind === 'ec' ? `ec-p${key.curve.slice(4, 7)}` : key.kind;
}

function pemFiles(name: string, key: PrivateKey): { name: string; text: string }[] {
  return [
    { name: `${name}.key`, text: encodePem('PRIVATE KEY', encodePrivateKey(key, 'pkcs8')) },
    { name: `${name}.pub`, text: encodePem('PUBLIC KEY', encodePublicKey(key.publicKey)) },
  ];
}
