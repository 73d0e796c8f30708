/** What lies in a device's flash when it boots. */
import type { DeviceFile } from '../../emulator/device/flash.ts';
import { encodePrivateKey } from '../../emulator/x509/keys.ts';
import { encodePem } from '../../emulator/x509/pem.ts';
import type { Pki } from './pki/build.ts';
import type { Device, FlashFile } from './schema/device.ts';

const utf8 = new TextEncoder();

export function flashFiles(
  device: Device,
  local: ReadonlyMap<string, Uint8Array>,
  pki: Pki,
): readonly DeviceFile[] {
  return [
    { path: '/main.py', bytes: local.get(device.main)! },
    ...Object.entries(device.files).map(([path, file]) => ({
      path,
      bytes: contents(path, file, local, pki),
    })),
  ];
}

function contents(
  path: string,
  file: FlashFile,
  local: ReadonlyMap<string, Uint8Array>,
  pki: Pki,
): Uint8Array {
  if (file.text !== undefined) return utf8.encode(file.text);
  if (file.file !== undefined) return local.get(file.file)!;
  if (file.fingerprints !== undefined) return utf8.encode(pki.fingerprints(file.fingerprints));
  if (file.ocsp !== undefined) return pki.ocspResponse(file.ocsp);
  const format = file.format ?? (path.endsWith('.pem') ? 'pem' : 'der');
  if (file.key !== undefined)
    return encoded([encodePrivateKey(pki.key(file.key), 'pkcs8')], 'PRIVATE KEY', format);
  if (file.crl !== undefined) return encoded([pki.crl(file.crl)], 'X509 CRL', format);
  if (file.chain !== undefined) return encoded(file.chain.flatMap(pki.certificates), 'CERTIFICATE', 'pem');
  return encoded(pki.certificates(file.certificate!), 'CERTIFICATE', format);
}

/** A DER file holds one of them. */
function encoded(ders: readonly Uint8Array[], label: string, format: 'der' | 'pem'): Uint8Array {
  return format === 'pem' ? utf8.encode(ders.map((der) => encodePem(label, der)).join('')) : ders[0]!;
}
