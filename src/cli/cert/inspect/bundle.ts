/** Several certificates in one file: are they a chain in the order that a device needs? */
import { nodeProvider } from '../../../../emulator/crypto/node.node.ts';
import { type Certificate, parseCertificate } from '../../../../emulator/x509/certificate.ts';
import { DerError } from '../../../../emulator/x509/der.ts';
import { signatureIsGood } from '../../../../emulator/x509/signature.ts';
import { formatBytes } from '../../../report/format.ts';
import { certificateOnDevice } from './device-view.ts';

export interface BundleFacts {
  readonly certificates: number;
  /** Whether each is signed by the next. */
  readonly inOrder: boolean;
  readonly text: string;
}

/** Undefined for fewer than two certificates that can be read. */
export function describeBundle(ders: readonly Uint8Array[]): BundleFacts | undefined {
  const certificates = ders.flatMap(readable);
  if (certificates.length < 2) return undefined;
  const broken = certificates.findIndex(
    (child, i) => i + 1 < certificates.length && !signatureIsGood(child, certificates[i + 1]!, nodeProvider),
  );
  const inOrder = broken === -1;
  const order = inOrder
    ? 'a chain in order: each is signed by the next'
    : `no chain in order: number ${broken + 1} is not signed by number ${broken + 2}`;
  return { certificates: certificates.length, inOrder, text: `${order}; ${cost(certificates)}` };
}

function readable(der: Uint8Array): Certificate[] {
  try {
    return [parseCertificate(der)];
  } catch (error) {
    if (error instanceof DerError) return [];
    throw error;
  }
}

/** The port takes all of a file or nothing. */
function cost(certificates: readonly Certificate[]): string {
  const views = certificates.map(certificateOnDevice);
  const refused = views.findIndex(({ accepted }) => !accepted);
  if (refused !== -1) return `the device takes none of them as CAs, because of number ${refused + 1}`;
  const heap = views.reduce((sum, { heapLoaded = 0 }) => sum + heapLoaded, 0);
  return `as CAs they cost the device about ${formatBytes(heap)} of heap (estimated)`;
}
