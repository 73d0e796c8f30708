/** What the command line says about names, checked before any key is made. */
import { domainToASCII } from 'node:url';
import type { AltNameSpec } from '../../../../emulator/x509/build-extensions.ts';
import { parseAddress } from '../../../../emulator/x509/general-name.ts';
import { type NameAttributeSpec, resolveName } from '../../../../emulator/x509/name-spec.ts';
import { Oid } from '../../../../emulator/x509/oids.ts';
import { UsageError } from '../../exit-codes.ts';

/** RFC 5280 appendix A.1, ub-common-name. */
const LONGEST_COMMON_NAME = 64;

/** The attributes that follow the common name in every subject. Throws UsageError. */
export function readSubjectTail(text: string): NameAttributeSpec[] {
  let attributes: NameAttributeSpec[];
  try {
    attributes = resolveName(text).map(({ oid, ...rest }) => ({ type: oid, ...rest }));
  } catch (error) {
    throw new UsageError(`--subject: ${(error as Error).message}`);
  }
  if (attributes.some(({ type }) => type === Oid.commonName)) {
    throw new UsageError('--subject: the common name comes from --host or --client; leave CN out');
  }
  return attributes;
}

/** A name too long for a common name is left to subjectAltName. */
export function subjectOf(commonName: string, tail: readonly NameAttributeSpec[]): NameAttributeSpec[] {
  if (commonName.length > LONGEST_COMMON_NAME) return [...tail];
  return [{ type: 'CN', value: commonName }, ...tail];
}

const LABEL = '[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?';
const HOST_NAME = new RegExp(`^(\\*\\.)?(${LABEL}\\.)*${LABEL}$`, 'i');

/** Whether a certificate can be for it: a host name or an IP address. */
export function isHost(text: string): boolean {
  return parseAddress(text) !== undefined || isHostName(text);
}

function isHostName(text: string): boolean {
  return HOST_NAME.test(text) && text.length <= 253 && !/^[\d.]+$/.test(text);
}

/** Throws UsageError for what is neither a host name nor an IP address. */
export function readHost(text: string): AltNameSpec {
  if (parseAddress(text) !== undefined) return { ip: text };
  if (isHostName(text)) return { dns: text };
  throw new UsageError(`--host ${text}: neither a host name nor an IP address${hint(text)}`);
}

function hint(text: string): string {
  const url = /^[a-z]+:\/\/([^/:]+)/i.exec(text);
  if (url) return `; of this address the host alone is wanted: ${url[1]}`;
  const port = /^([^:]+):\d+$/.exec(text);
  if (port) return `; a certificate is for every port of ${port[1]}`;
  const ascii = domainToASCII(text);
  return ascii !== '' && ascii !== text && HOST_NAME.test(ascii) ? `; write it as ${ascii}` : '';
}
