export const TLS12 = 0x0303;
export const TLS13 = 0x0304;
/** DTLS counts down, in one's complement (RFC 6347 section 4.1). */
export const DTLS10 = 0xfeff;
export const DTLS12 = 0xfefd;

/** As MicroPython, OpenSSL and Node name them. */
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3' | 'DTLSv1.2';

/** TLS 1.2 and DTLS 1.2 are one handshake under two numbers and two names. */
export interface Tls12Name {
  readonly number: number;
  readonly name: TlsVersion;
}

export const TLS12_IN_STREAM: Tls12Name = { number: TLS12, name: 'TLSv1.2' };
export const TLS12_IN_DATAGRAMS: Tls12Name = { number: DTLS12, name: 'DTLSv1.2' };

/** Whether a version field is one of DTLS, whose ClientHello has a cookie. */
export function isDtls(version: number): boolean {
  return version >>> 8 === 0xfe;
}

/** Whether a peer that speaks `highest` at best can speak `wanted`. */
export function reaches(highest: number, wanted: number): boolean {
  if (isDtls(wanted)) return isDtls(highest) && highest <= wanted;
  return highest >= wanted;
}

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
