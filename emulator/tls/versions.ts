export const TLS12 = 0x0303;

const NAMES: Readonly<Record<number, string>> = {
  768: 'SSL 3.0',
  769: 'TLS 1.0',
  770: 'TLS 1.1',
  771: 'TLS 1.2',
  772: 'TLS 1.3',
};

export function versionName(version: number): string {
  return NAMES[version] ?? `unknown version 0x${version.toString(16).padStart(4, '0')}`;
}
