import type { World } from '../../world/world.ts';
import type { Endpoint } from '../api.ts';
import type { TcpClock } from './clock.ts';
import type { TcpProfile } from './profile.ts';
import type { TcpSegment } from './segment.ts';

/** What a connection needs of its stack's TCP. */
export interface ConnectionHost {
  readonly world: World;
  /** The stack's name in the trace. */
  readonly actor: string;
  readonly profile: TcpProfile;
  readonly clock: TcpClock;
  /** ISS for a new connection between these ends. */
  initialSequence(local: Endpoint, remote: Endpoint): number;
  transmit(local: Endpoint, remote: Endpoint, segment: TcpSegment): void;
  /** The connection between these ends is CLOSED; forget it. */
  removed(local: Endpoint, remote: Endpoint): void;
}

export interface ConnectionOptions {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly host: ConnectionHost;
}
