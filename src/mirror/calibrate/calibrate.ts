/** A board profile with a board's own times, as `--board FILE` reads it (src/scenario/board-file.ts). */
import { stringify } from 'yaml';
import { BOARDS } from '../../../emulator/device/boards/index.ts';
import type { BoardProfile } from '../../../emulator/device/boards/profile.ts';
import { MILLISECOND, type Nanoseconds } from '../../../emulator/world/time.ts';
import type { TraceEvent } from '../../../emulator/world/trace-events.ts';
import type { Mirrored } from '../mirror.ts';
import { MirrorError } from '../problem.ts';
import { type Equation, fitFactors } from './fit.ts';

/** What the trace calls an operation, and where its figure stands in a profile. */
const FIGURES: Readonly<Record<string, (algorithm: string) => readonly string[]>> = {
  'ecdsa-verify': (curve) => ['ec', curve, 'verify'],
  'ecdsa-sign': (curve) => ['ec', curve, 'sign'],
  'ec-keygen': (curve) => ['ec', curve, 'keygen'],
  ecdh: (curve) => ['ec', curve, 'ecdh'],
  'rsa-public': (bits) => ['rsa', bits, 'public'],
  'rsa-private': (bits) => ['rsa', bits, 'private'],
};

/** Throws MirrorError when no handshake on the board came to its end. */
export function calibrate(runs: readonly Mirrored[]): string {
  const equations = runs.flatMap(equationsOf);
  const fit = fitFactors(equations);
  const first = runs[0];
  if (fit === undefined || first === undefined)
    throw new MirrorError(
      '--calibrate: no handshake came to its end on both sides: there are no times to go by',
    );
  const base = BOARDS[first.report.profile] ?? BOARDS.esp32!;
  const crypto: Record<string, Record<string, Record<string, string>>> = {};
  for (const [kind, factor] of fit.factors) {
    const path = kind.split(' ') as [string, string, string];
    const value = figureAt(base.profile, path);
    if (value === undefined) continue;
    const [group, name, what] = path;
    crypto[group] = {
      ...crypto[group],
      [name]: { ...crypto[group]?.[name], [what]: durationText(value * factor) },
    };
  }
  const wifi = wifiOf(base.profile, first);
  const profile = { base: base.name, machine: first.boardSays.machine, crypto, ...(wifi && { wifi }) };
  return `${heading(first, equations.length, fit.common)}${stringify(profile)}`;
}

function heading({ report }: Mirrored, handshakes: number, common: number): string {
  return [
    `# Measured on ${report.boardIs},`,
    `# in ${handshakes} ${handshakes === 1 ? 'handshake' : 'handshakes'}, which took ${common.toFixed(2)} of the time that the profile ${report.profile} has for their arithmetic.`,
    '# Operations that always came together share one factor: more scenarios (--all) tell them apart.',
    '',
  ].join('\n');
}

/** One for each handshake that both sides finished. */
function equationsOf({ emulated, observed, onBoard }: Mirrored): Equation[] {
  const [mine, its] = [observed.emulated.handshakes, observed.board.handshakes];
  return mine.flatMap((handshake, i) => {
    const other = its[i];
    if (other?.server !== handshake.server || !handshake.established || !other.established) return [];
    if (handshake.duration === undefined || other.duration === undefined || handshake.begun === undefined)
      return [];
    const parts = operationsIn(emulated.events, handshake.begun, handshake.begun + handshake.duration);
    const arithmetic = [...parts.values()].reduce((sum, part) => sum + part, 0);
    // The way through the scenario's network is in both; the one to the board only in its.
    const measured =
      other.duration - (handshake.duration - arithmetic) - onBoard.reached.roundTrip * MILLISECOND;
    return measured > 0 && arithmetic > 0 ? [{ parts, measured }] : [];
  });
}

function operationsIn(
  events: readonly TraceEvent[],
  from: Nanoseconds,
  to: Nanoseconds,
): Map<string, Nanoseconds> {
  const parts = new Map<string, Nanoseconds>();
  for (const event of events) {
    if (event.type !== 'device.cpu' || event.t < from || event.t > to) continue;
    const [operation, algorithm = ''] = event.operation.split(' ');
    const kind = FIGURES[operation!]?.(algorithm).join(' ');
    if (kind !== undefined) parts.set(kind, (parts.get(kind) ?? 0) + event.duration);
  }
  return parts;
}

/** Undefined for sizes that a profile has no figure for. */
function figureAt(
  { crypto }: BoardProfile,
  [group, name, what]: readonly [string, string, string],
): Nanoseconds | undefined {
  const groups = crypto as unknown as Readonly<
    Record<string, Readonly<Record<string, Readonly<Record<string, { value: number }>>>>>
  >;
  return groups[group]?.[name]?.[what]?.value;
}

/** All steps of joining by one factor: only the whole is seen from outside. */
function wifiOf({ wifi }: BoardProfile, { onBoard }: Mirrored): Record<string, string> | undefined {
  const { milliseconds } = onBoard.joined;
  if (milliseconds === undefined) return undefined;
  const steps = ['scan', 'authenticate', 'associate', 'handshake'] as const;
  const whole = steps.reduce((sum, step) => sum + wifi[step].value, 0);
  const factor = (milliseconds * MILLISECOND) / whole;
  return Object.fromEntries(steps.map((step) => [step, durationText(wifi[step].value * factor)]));
}

function durationText(duration: Nanoseconds): string {
  return `${Number((duration / MILLISECOND).toPrecision(4))}ms`;
}
