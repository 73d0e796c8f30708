/** A case: one scenario of the catalogue as a server on a real port. */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import type { Meddling } from '../../emulator/hosts/mallory/tamper.ts';
import type { TlsEndpointOptions } from '../../emulator/hosts/tls-endpoint.ts';
import type { FaultPoint } from '../../emulator/tls/faults.ts';
import { TLS12 } from '../../emulator/tls/versions.ts';
import { Random } from '../../emulator/world/random.ts';
import { toMeddlings } from '../scenario/attackers.ts';
import type { LoadedScenario } from '../scenario/load.ts';
import { buildPki } from '../scenario/pki/build.ts';
import { toEndpointTls } from '../scenario/schema/tls.ts';
import { type Defect, findDefect } from './defect.ts';
import { type Place, rebase } from './rebase.ts';
import { isRefusal, type Shown, type ShownTls, type Skipped, select } from './select.ts';

export interface Case extends Defect {
  /** The scenario's, or "good". */
  readonly id: string;
  readonly scenario: string;
  readonly title: string;
  /** Path of scenario.yaml. */
  readonly file: string;
  /** DNS name of the server, which its certificate holds unless that is the defect. */
  readonly name: string;
  /** How it speaks TLS; undefined for a port on which nobody does. */
  readonly endpoint: TlsEndpointOptions | undefined;
  /** What happens to its records on their way. */
  readonly meddling: readonly Meddling[];
  /** DER of the authorities that a client of this case trusts. */
  readonly anchors: readonly Uint8Array[];
}

export interface Means {
  readonly place: Place;
  /** Names the authorities: the same seed gives the same keys. */
  readonly seed: number;
  readonly crypto: CryptoProvider;
}

/** The control: what a client must accept for its refusals to mean anything. */
export const GOOD = {
  id: 'good',
  scenario: 'mode2-server-auth',
  title: 'Nothing is wrong with this server',
} as const;

export interface Cases {
  readonly cases: readonly Case[];
  /** Refusals that no server can show, each with its reason. */
  readonly skipped: readonly Skipped[];
}

/** All that the catalogue has to show, the good one first. */
export function buildCases(catalogue: readonly LoadedScenario[], means: Means): Cases {
  const cases: Case[] = [];
  const skipped: Skipped[] = [];
  for (const loaded of catalogue) {
    const isGood = loaded.name === GOOD.scenario;
    if (!isGood && !isRefusal(loaded)) continue;
    const built = buildCase(loaded, means);
    if ('reason' in built) skipped.push(built);
    else if (isGood) cases.unshift(built);
    else cases.push(built);
  }
  return { cases, skipped };
}

/** `loaded.scenario` as it stands; to see it without its defect, put `withoutDefect` in its place. */
export function buildCase(loaded: LoadedScenario, means: Means): Case | Skipped {
  const selected = select(loaded);
  if ('reason' in selected) return selected;
  const built = present(loaded, selected.shown, means);
  if (built.kind === 'none' && loaded.name !== GOOD.scenario) {
    return { name: loaded.name, reason: 'nothing that the server sends is wrong' };
  }
  return built;
}

/** The same, whatever is wrong with it. */
export function present(loaded: LoadedScenario, shown: Shown, { place, seed, crypto }: Means): Case {
  const isGood = loaded.name === GOOD.scenario;
  const id = isGood ? GOOD.id : loaded.name;
  const { scenario, name } = rebase(loaded.scenario, id, shown, place);
  const pki = buildPki(scenario, loaded.files, new Random(seed).fork('badssl'), crypto);
  const { tls, anchors } = shown;
  const defect = findDefect({ tls, pki, anchors, name, now: place.now, crypto });
  return {
    ...defect,
    id,
    scenario: loaded.name,
    title: isGood ? GOOD.title : loaded.scenario.title,
    file: loaded.file ?? loaded.name,
    name,
    endpoint: tls && endpoint(tls, pki),
    meddling: toMeddlings(tls?.meddling, pki),
    anchors: anchors.flatMap(pki.certificates),
  };
}

function endpoint(tls: ShownTls, pki: ReturnType<typeof buildPki>): TlsEndpointOptions {
  const { certificate, chain, ocsp, settings, meddling } = tls;
  return {
    credentials: [
      {
        chain: [pki.certificate(certificate), ...chain.flatMap(pki.certificates)],
        key: pki.key(certificate),
        ...(ocsp !== undefined && { ocspResponse: pki.ocspResponse(ocsp) }),
      },
    ],
    tls: {
      // A session that is taken up shows no certificate: there is nothing to refuse then.
      ...toEndpointTls({ ...settings, resumption: false }, pki.certificate, noTickets),
      ...(needsTls12({ faults: settings.faults, meddling }) && { versions: [TLS12] }),
    },
  };
}

function noTickets(): never {
  throw new Error('no sessions are kept here');
}

/** Messages that TLS 1.3 does not have. */
const ONLY_IN_TLS12: ReadonlySet<FaultPoint> = new Set([
  'ServerKeyExchange',
  'ServerHelloDone',
  'ChangeCipherSpec',
]);

/** Whoever meddles finds the messages that are meant only where they go in the open, as they do in TLS 1.2. */
function needsTls12({ faults, meddling }: { faults: readonly Point[]; meddling: readonly Point[] }): boolean {
  return faults.some(({ at }) => ONLY_IN_TLS12.has(at)) || meddling.some(({ at }) => at !== 'ServerHello');
}

type Point = Pick<Meddling, 'at'>;
