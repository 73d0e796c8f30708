import type { CryptoProvider } from '../crypto/provider.ts';
import type { NetStack } from '../net/api.ts';
import type { World } from '../world/world.ts';
import type { TlsEngine } from './tls-engine.ts';

/** What every simulated peer runs on. */
export interface HostContext {
  /** The actor in the trace, and usually the DNS name. */
  readonly name: string;
  readonly world: World;
  readonly stack: NetStack;
  readonly crypto: CryptoProvider;
  /** Who speaks TLS for it, where that is not the emulator's own engine. */
  readonly tlsEngine?: TlsEngine;
}
