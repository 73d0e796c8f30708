/** Extensions in which a client says what it can do: RFC 8446 section 4.2, RFC 8422, RFC 6066. */
import { describeGroup } from '../../groups.ts';
import { describeScheme } from '../../signature-schemes.ts';
import { versionName } from '../../versions.ts';
import { readList8, readList16, writeList8, writeList16 } from '../lists.ts';
import type { ExtensionCodec } from './extension.ts';

/** RFC 6066 section 4: codes 1 to 4 for 2^9 to 2^12 octets; undefined for a code that means nothing. */
export function fragmentLengthOf(code: number): number | undefined {
  return code >= 1 && code <= 4 ? 2 ** (8 + code) : undefined;
}

export function fragmentLengthCode(length: 512 | 1024 | 2048 | 4096): number {
  return Math.log2(length) - 8;
}

/** RFC 6066 section 4. */
export const maxFragmentLength: ExtensionCodec<'max_fragment_length'> = {
  id: 1,
  write: (w, { code }) => w.u8('max_fragment_length', code, describeFragmentLength(code)),
  read: (r) => ({ code: r.u8('max_fragment_length', describeFragmentLength) }),
  describe: ({ code }) => describeFragmentLength(code),
};

/** RFC 8446 section 4.2.7; "elliptic_curves" before that. */
export const supportedGroups: ExtensionCodec<'supported_groups'> = {
  id: 10,
  write: (w, { groups }) => writeList16(w, 'named_group_list', 'group', groups, describeGroup),
  read: (r) => ({ groups: readList16(r, 'named_group_list', 'group', describeGroup) }),
  describe: ({ groups }) => groups.map(describeGroup).join(', '),
};

/** RFC 8422 section 5.1.2. */
export const ecPointFormats: ExtensionCodec<'ec_point_formats'> = {
  id: 11,
  write: (w, { formats }) => writeList8(w, 'ec_point_format_list', 'format', formats, describePointFormat),
  read: (r) => ({ formats: readList8(r, 'ec_point_format_list', 'format', describePointFormat) }),
  describe: ({ formats }) => formats.map(describePointFormat).join(', '),
};

/** RFC 8446 section 4.2.3, RFC 5246 section 7.4.1.4.1. */
export const signatureAlgorithms: ExtensionCodec<'signature_algorithms'> = {
  id: 13,
  write: (w, { schemes }) =>
    writeList16(w, 'supported_signature_algorithms', 'scheme', schemes, describeScheme),
  read: (r) => ({ schemes: readList16(r, 'supported_signature_algorithms', 'scheme', describeScheme) }),
  describe: ({ schemes }) => schemes.map(describeScheme).join(', '),
};

/** RFC 8446 section 4.2.1: a list from the client, the choice from the server. */
export const supportedVersions: ExtensionCodec<'supported_versions'> = {
  id: 43,
  write(w, { versions }, place) {
    if (place === 'ClientHello') writeList8(w, 'versions', 'version', versions, versionName, 2);
    else w.u16('selected_version', versions[0]!, versionName(versions[0]!));
  },
  read(r, place) {
    if (place !== 'ClientHello') return { versions: [r.u16('selected_version', versionName)] };
    return { versions: readList8(r, 'versions', 'version', versionName, 2) };
  },
  describe: ({ versions }) => versions.map(versionName).join(', '),
};

function describePointFormat(format: number): string {
  const names = ['uncompressed', 'ansiX962_compressed_prime', 'ansiX962_compressed_char2'];
  return names[format] ?? `unknown format ${format}`;
}

function describeFragmentLength(code: number): string {
  const length = fragmentLengthOf(code);
  return length === undefined ? `unknown code ${code}` : `${length} bytes`;
}
