import { execFileSync } from 'node:child_process';
import { NO_OPENSSL } from '../tls/openssl.ts';

/** OpenSSL's names by IANA number: "0xC0,0x2B - ECDHE-ECDSA-AES128-GCM-SHA256 …". */
function opensslNames(): ReadonlyMap<number, string> {
  const args = ['ciphers', '-V', '-tls1_2', '-psk', 'ALL:COMPLEMENTOFALL:@SECLEVEL=0'];
  const listed = execFileSync('openssl', args)
    .toString()
    .matchAll(/0x(..),0x(..) - (\S+)/g);
  return new Map([...listed].map(([, high, low, name]) => [Number.parseInt(`${high}${low}`, 16), name!]));
}

export const OPENSSL_NAMES = NO_OPENSSL === false ? opensslNames() : new Map<number, string>();
