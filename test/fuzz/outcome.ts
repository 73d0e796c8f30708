import type { TlsErrorReason } from '../../emulator/tls/engine.ts';

/** What became of one input. */
export interface Outcome {
  /** Where the input was stopped, or how far it came: a state of a handshake, a stage of judging a certificate. */
  readonly state: string;
  /** Whether it got past the outermost layer: the record parser, or the header of a DER value. */
  readonly deep: boolean;
}

export interface Target {
  readonly name: string;
  /** Share of the inputs, relative to the other targets. */
  readonly weight: number;
  /** Runs input number `index`. Throws for anything that an engine must never do. */
  run(index: number): Outcome;
}

/** Errors of the record parser: an input that ends so has told the handshake nothing. */
const SHALLOW: ReadonlySet<TlsErrorReason> = new Set<TlsErrorReason>([
  'not-tls',
  'bad-record-version',
  'record-overflow',
  'bad-record',
]);

export function isDeep(reason: TlsErrorReason | undefined): boolean {
  return reason === undefined || !SHALLOW.has(reason);
}
