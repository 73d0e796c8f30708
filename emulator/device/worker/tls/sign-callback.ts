/** Signatures that Python makes: MICROPY_PY_SSL_ECDSA_SIGN_ALT, for boards with a secure element. */
import type { CryptoProvider } from '../../../crypto/provider.ts';
import type { TlsContext } from './context.ts';

/** The provider, but for ECDSA signatures while the context has a callback; what the callback does costs what it costs. */
export function withSignCallback(crypto: CryptoProvider, context: TlsContext): CryptoProvider {
  return {
    ...crypto,
    ecdsaSign(key, hash, data) {
      const signature = context.signCallback?.(key.d, crypto.hash(hash, data));
      return signature ?? crypto.ecdsaSign(key, hash, data);
    },
  };
}
