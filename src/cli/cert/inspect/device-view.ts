/** What the ESP32 makes of a certificate or a key: the reader is the device's, the heap an estimate. */

import type { PrivateKey } from '../../../../emulator/crypto/provider.ts';
import { ownCertificate, ownKey, peerCertificate } from '../../../../emulator/device/mbedtls-memory.ts';
import { type Certificate, parseCertificate } from '../../../../emulator/x509/certificate.ts';
import { DerError } from '../../../../emulator/x509/der.ts';
import { formatBytes } from '../../../report/format.ts';
import type { DeviceView } from './inspected.ts';

export function certificateOnDevice({ der, publicKey }: Certificate): DeviceView {
  try {
    parseCertificate(der, 'mbedtls');
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    const text =
      `loading it raises ValueError('invalid cert'), receiving it OSError(${error.code}, ` +
      `'${error.codeName}'): ${error.message}`;
    return { accepted: false, text };
  }
  const heapLoaded = ownCertificate(der, publicKey);
  const heapFromPeer = peerCertificate(der, publicKey);
  const text =
    `reads it; about ${formatBytes(heapLoaded)} of heap as a CA or its own certificate, ` +
    `${formatBytes(heapFromPeer)} as a peer's (estimated)`;
  return { accepted: true, text, heapLoaded, heapFromPeer };
}

export const NO_ED25519 = 'its mbedTLS has no Ed25519';

export function keyOnDevice(key: PrivateKey): DeviceView {
  if (key.kind === 'ed25519') return keyRefused(NO_ED25519);
  const heapLoaded = ownKey(key.publicKey);
  return {
    accepted: true,
    text: `takes it; about ${formatBytes(heapLoaded)} of heap beside its certificate (estimated)`,
    heapLoaded,
  };
}

export function keyRefused(why: string): DeviceView {
  return { accepted: false, text: `loading it raises ValueError('invalid key'): ${why}` };
}
