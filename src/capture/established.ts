import { versionName } from '../../emulator/tls/versions.ts';
import type { TraceEventBody } from '../../emulator/world/trace-events.ts';
import { otherSide, type Side } from './account.ts';
import type { Handshake } from './handshake.ts';

type Established = Extract<TraceEventBody, { type: 'tls.established' }>;

/**
 * What an end has agreed on. Whether it checked the other's certificate does not show on the wire, so that nothing is
 * said of it.
 */
export function establishedBody(role: Side, handshake: Handshake): Omit<Established, 'connection'> {
  const { group, resumed, suiteName: suite, version } = handshake;
  const peer = handshake.peers[otherSide(role)];
  return {
    type: 'tls.established',
    role,
    version: versionName(version ?? 0).replace('TLS ', 'TLSv'),
    suite,
    ...(group === undefined ? {} : { group }),
    ...(peer === undefined ? {} : { peer }),
    resumed,
  };
}
