/** What is put to the boards: a server as it was observed, or a chain that somebody saved. */
import type { PrivateKey } from '../../emulator/crypto/provider.ts';
import type { UnixSeconds } from '../../emulator/world/time.ts';
import type { Observation } from './observe.ts';
import type { Target } from './target.ts';

/** How far a client comes with the server at all; `plain`: something answers, in another protocol than TLS. */
export type Reach = 'tls' | 'plain' | 'closed' | 'no-name' | 'refused' | 'silent';

export interface Subject {
  readonly target: Target;
  readonly reach: Reach;
  /** DER, leaf first, as the server shows it to a board; empty where it shows none. */
  readonly chain: readonly Uint8Array[];
  /** DER of what the board trusts. */
  readonly anchors: readonly Uint8Array[];
  /** The certificate that the board shows when it is asked. */
  readonly client: { readonly certificate: Uint8Array; readonly key: PrivateKey } | undefined;
  /** "TLSv1.3", "TLSv1.2" or older, as the server speaks them. */
  readonly versions: readonly string[];
  /** Of TLS 1.2, in the server's order; empty: all that a modern server takes. */
  readonly suites: readonly string[];
  readonly groups: readonly string[];
  readonly demandsCertificate: boolean;
  /** To the server and back, milliseconds; undefined: not measured. */
  readonly roundTripMs: number | undefined;
  readonly time: UnixSeconds;
}

export function subjectOf(
  observation: Observation,
  anchors: readonly Uint8Array[],
  client: Subject['client'],
  time: UnixSeconds,
): Subject {
  const { target, device, versions, suites, groups, tls12 } = observation;
  const choice = tls12?.suite;
  return {
    target,
    reach: reachOf(observation),
    chain: shownChain(observation),
    anchors,
    client,
    versions,
    // What it takes from others says why it takes nothing from the board.
    suites: suites.length === 0 && choice !== undefined ? [choice] : suites,
    groups: groups.length === 0 && tls12?.group !== undefined ? [tls12.group] : groups,
    demandsCertificate: device.asksForCertificate && device.failure !== undefined,
    roundTripMs: observation.roundTripMs,
    time,
  };
}

/** A server may have several: what it shows the board counts. */
export function shownChain({ device, modern }: Observation): readonly Uint8Array[] {
  return device.chain.length > 0 ? device.chain : modern.chain;
}

function reachOf({ modern, device, versions }: Observation): Reach {
  const { failure } = modern;
  if (failure === undefined || versions.length > 0 || device.chain.length > 0) return 'tls';
  if (failure.stage === 'name') return 'no-name';
  if (failure.stage === 'connect') return failure.code === 'timeout' ? 'silent' : 'refused';
  if (failure.alertReceived !== undefined) return 'tls';
  if (modern.beginning.length > 0) return 'plain';
  return failure.code === 'timeout' ? 'silent' : 'closed';
}
