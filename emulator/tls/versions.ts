export const TLS12 = 0x0303;
export const TLS13 = 0x0304;
/** DTLS counts down, in one's complement (RFC 6347 section 4.1). */
export const DTLS12 = 0xfefd;

/** As MicroPython, OpenSSL and Node name them. */
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3' | 'DTLSv1.2';

const NAMES: Readonly<Record<number, string>> = {
  768: 'SSL 3.0',
  769: 'TLS 1.0',
  770: 'TLS 1.1',
  771: 'TLS 1.2',
  772: 'TLS 1.3',
  65277: 'DTLS 1.2',
  65279: 'DTLS 1.0',
};

export function versionName(version: number): string {
  return NAMES[version] ?? `unknown version 0x${version.toString(16).padStart(4, '0')}`;
}
