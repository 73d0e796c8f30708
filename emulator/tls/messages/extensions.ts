/** Hello extensions: RFC 6066, 8422, 5246 7.4.1.4, 7366, 7627, 5077, 5746, 8446. */
import { EMPTY, latin1, latin1Text } from '../codec/bytes.ts';
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import { describeGroup } from '../groups.ts';
import { describeScheme } from '../signature-schemes.ts';
import { versionName } from '../versions.ts';

/** Who says the hello: some extensions have another body in the answer. */
export type HelloSide = 'client' | 'server';

export type Extension =
  /** A server's acknowledgement has no name. */
  | { readonly name: 'server_name'; readonly hostName: string | undefined }
  | { readonly name: 'max_fragment_length'; readonly code: number }
  | { readonly name: 'supported_groups'; readonly groups: readonly number[] }
  | { readonly name: 'ec_point_formats'; readonly formats: readonly number[] }
  | { readonly name: 'signature_algorithms'; readonly schemes: readonly number[] }
  | { readonly name: 'encrypt_then_mac' }
  | { readonly name: 'extended_master_secret' }
  | { readonly name: 'session_ticket'; readonly ticket: Uint8Array }
  | { readonly name: 'supported_versions'; readonly versions: readonly number[] }
  | { readonly name: 'renegotiation_info'; readonly renegotiatedConnection: Uint8Array }
  | { readonly name: 'unknown'; readonly id: number; readonly data: Uint8Array };

export type ExtensionName = Exclude<Extension['name'], 'unknown'>;
type ExtensionOf<N extends Extension['name']> = Extract<Extension, { name: N }>;

export const EXTENSION_IDS: Readonly<Record<ExtensionName, number>> = {
  server_name: 0,
  max_fragment_length: 1,
  supported_groups: 10,
  ec_point_formats: 11,
  signature_algorithms: 13,
  encrypt_then_mac: 22,
  extended_master_secret: 23,
  session_ticket: 35,
  supported_versions: 43,
  renegotiation_info: 0xff01,
};

/** Names of extensions that are passed over, for annotation only. */
const OTHER_EXTENSIONS: Readonly<Record<number, string>> = {
  5: 'status_request',
  16: 'application_layer_protocol_negotiation',
  18: 'signed_certificate_timestamp',
  21: 'padding',
  41: 'pre_shared_key',
  44: 'cookie',
  45: 'psk_key_exchange_modes',
  49: 'post_handshake_auth',
  50: 'signature_algorithms_cert',
  51: 'key_share',
};

const NAMES = new Map<number, ExtensionName>(
  Object.entries(EXTENSION_IDS).map(([name, id]) => [id, name as ExtensionName]),
);

export function extensionId(extension: Extension): number {
  return extension.name === 'unknown' ? extension.id : EXTENSION_IDS[extension.name];
}

export function describeExtension(id: number): string {
  return NAMES.get(id) ?? OTHER_EXTENSIONS[id] ?? `unknown extension ${id}`;
}

/** The extension of that name, typed; the last one when a peer repeats it. */
export function findExtension<N extends ExtensionName>(
  extensions: readonly Extension[],
  name: N,
): ExtensionOf<N> | undefined {
  return extensions.findLast((extension): extension is ExtensionOf<N> => extension.name === name);
}

/** Nothing at all when there are none: the block itself is optional (RFC 5246 7.4.1.2). */
export function writeExtensions(w: Writer, extensions: readonly Extension[], side: HelloSide): void {
  if (extensions.length === 0) return;
  const end = w.lengthU16('extensions');
  for (const extension of extensions) {
    const id = extensionId(extension);
    const endExtension = w.group('extension');
    w.u16('extension_type', id, describeExtension(id));
    const endData = w.lengthU16('extension_data');
    writeBody(w, extension, side);
    endData(describeBody(extension));
    endExtension(describeExtension(id));
  }
  end(`${extensions.length} extensions`);
}

export function readExtensions(r: Reader, side: HelloSide): readonly Extension[] {
  if (r.remaining === 0) return [];
  const extensions: Extension[] = [];
  const end = r.lengthU16('extensions');
  while (r.remaining > 0) {
    const endExtension = r.group('extension');
    const id = r.u16('extension_type', describeExtension);
    const endData = r.lengthU16('extension_data');
    const extension = readBody(r, id, side);
    endData(describeBody(extension));
    extensions.push(extension);
    endExtension(describeExtension(id));
  }
  end(`${extensions.length} extensions`);
  return extensions;
}

/** What it says, in words; the same for what is written and what is read. */
function describeBody(extension: Extension): string | undefined {
  switch (extension.name) {
    case 'server_name':
      return extension.hostName;
    case 'max_fragment_length':
      return describeFragmentLength(extension.code);
    case 'supported_groups':
      return extension.groups.map(describeGroup).join(', ');
    case 'signature_algorithms':
      return extension.schemes.map(describeScheme).join(', ');
    case 'ec_point_formats':
      return extension.formats.map(describePointFormat).join(', ');
    case 'supported_versions':
      return extension.versions.map(versionName).join(', ');
    default:
      return undefined;
  }
}

function writeBody(w: Writer, extension: Extension, side: HelloSide): void {
  switch (extension.name) {
    case 'server_name':
      writeServerName(w, extension.hostName);
      break;
    case 'max_fragment_length':
      w.u8('max_fragment_length', extension.code, describeFragmentLength(extension.code));
      break;
    case 'supported_groups':
      writeList16(w, 'named_group_list', 'group', extension.groups, describeGroup);
      break;
    case 'signature_algorithms':
      writeList16(w, 'supported_signature_algorithms', 'scheme', extension.schemes, describeScheme);
      break;
    case 'ec_point_formats':
      writeList8(w, 'ec_point_format_list', 'format', extension.formats, describePointFormat);
      break;
    case 'encrypt_then_mac':
    case 'extended_master_secret':
      break;
    case 'session_ticket':
      w.bytes('ticket', extension.ticket);
      break;
    case 'supported_versions':
      writeSupportedVersions(w, extension.versions, side);
      break;
    case 'renegotiation_info':
      writeRenegotiationInfo(w, extension.renegotiatedConnection);
      break;
    case 'unknown':
      w.bytes('data', extension.data);
      break;
  }
}

function readBody(r: Reader, id: number, side: HelloSide): Extension {
  const name = NAMES.get(id);
  switch (name) {
    case undefined:
      return { name: 'unknown', id, data: r.rest('data') };
    case 'server_name':
      return { name, hostName: readServerName(r, side) };
    case 'max_fragment_length':
      return { name, code: r.u8('max_fragment_length', describeFragmentLength) };
    case 'supported_groups':
      return { name, groups: readList16(r, 'named_group_list', 'group', describeGroup) };
    case 'signature_algorithms':
      return { name, schemes: readList16(r, 'supported_signature_algorithms', 'scheme', describeScheme) };
    case 'ec_point_formats':
      return { name, formats: readList8(r, 'ec_point_format_list', 'format', describePointFormat) };
    case 'encrypt_then_mac':
    case 'extended_master_secret':
      return { name };
    case 'session_ticket':
      return { name, ticket: r.rest('ticket') };
    case 'supported_versions':
      return { name, versions: readSupportedVersions(r, side) };
    case 'renegotiation_info':
      return { name, renegotiatedConnection: readRenegotiationInfo(r) };
  }
}

function writeServerName(w: Writer, hostName: string | undefined): void {
  if (hostName === undefined) return;
  const endList = w.lengthU16('server_name_list');
  w.u8('name_type', 0, 'host_name');
  const endName = w.lengthU16('host_name');
  w.bytes('name', latin1(hostName), hostName);
  endName();
  endList();
}

/** RFC 6066 section 3: a list of one host name; other name types do not exist. Empty in the answer. */
function readServerName(r: Reader, side: HelloSide): string | undefined {
  if (side === 'server') return undefined;
  let hostName: string | undefined;
  const endList = r.lengthU16('server_name_list');
  do {
    const type = r.u8('name_type', (value) => (value === 0 ? 'host_name' : `unknown ${value}`));
    const endName = r.lengthU16('host_name');
    const name = latin1Text(r.rest('name', latin1Text));
    endName();
    if (type !== 0 || hostName !== undefined) throw r.error('name_type', 'more than one host name');
    if (name === '') throw r.error('host_name', 'is empty');
    hostName = name;
  } while (r.remaining > 0);
  endList();
  return hostName;
}

function writeSupportedVersions(w: Writer, versions: readonly number[], side: HelloSide): void {
  if (side === 'client') writeList8(w, 'versions', 'version', versions, versionName, 2);
  else w.u16('selected_version', versions[0]!, versionName(versions[0]!));
}

function readSupportedVersions(r: Reader, side: HelloSide): readonly number[] {
  if (side === 'server') return [r.u16('selected_version', versionName)];
  return readList8(r, 'versions', 'version', versionName, 2);
}

function writeRenegotiationInfo(w: Writer, renegotiatedConnection: Uint8Array): void {
  const end = w.lengthU8('renegotiated_connection');
  if (renegotiatedConnection.length > 0) w.bytes('verify_data', renegotiatedConnection);
  end(renegotiatedConnection.length === 0 ? 'initial handshake' : undefined);
}

function readRenegotiationInfo(r: Reader): Uint8Array {
  const end = r.lengthU8('renegotiated_connection');
  const value = r.remaining > 0 ? r.rest('verify_data') : EMPTY;
  end(value.length === 0 ? 'initial handshake' : undefined);
  return value;
}

export function writeList16(
  w: Writer,
  list: string,
  item: string,
  values: readonly number[],
  describe: (value: number) => string,
): void {
  const end = w.lengthU16(list);
  for (const value of values) w.u16(item, value, describe(value));
  end();
}

/** A vector of 2-byte items, at least one (all of RFC 5246's and 8446's lists of this shape are `<2..>`). */
export function readList16(
  r: Reader,
  list: string,
  item: string,
  describe: (value: number) => string,
): readonly number[] {
  const values: number[] = [];
  const end = r.lengthU16(list);
  if (r.remaining === 0) throw r.error(list, 'is empty');
  while (r.remaining > 0) values.push(r.u16(item, describe));
  end();
  return values;
}

export function writeList8(
  w: Writer,
  list: string,
  item: string,
  values: readonly number[],
  describe: (value: number) => string,
  size: 1 | 2 = 1,
): void {
  const end = w.lengthU8(list);
  for (const value of values) w[size === 1 ? 'u8' : 'u16'](item, value, describe(value));
  end();
}

export function readList8(
  r: Reader,
  list: string,
  item: string,
  describe: (value: number) => string,
  size: 1 | 2 = 1,
): readonly number[] {
  const values: number[] = [];
  const end = r.lengthU8(list);
  if (r.remaining === 0) throw r.error(list, 'is empty');
  while (r.remaining > 0) values.push(r[size === 1 ? 'u8' : 'u16'](item, describe));
  end();
  return values;
}

function describePointFormat(format: number): string {
  const names = ['uncompressed', 'ansiX962_compressed_prime', 'ansiX962_compressed_char2'];
  return names[format] ?? `unknown format ${format}`;
}

/** RFC 6066 section 4: 2^9 to 2^12 bytes. */
function describeFragmentLength(code: number): string {
  return code >= 1 && code <= 4 ? `${2 ** (8 + code)} bytes` : `unknown code ${code}`;
}
