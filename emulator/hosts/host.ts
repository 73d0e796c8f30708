import type { CryptoProvider } from '../crypto/provider.ts';
import type { NetStack } from '../net/api.ts';
import type { World } from '../world/world.ts';

/** What every simulated peer runs on. */
export interface HostContext {
  /** The actor in the trace, and usually the DNS name. */
  readonly name: string;
  readonly world: World;
  readonly stack: NetStack;
  readonly crypto: CryptoProvider;
}
