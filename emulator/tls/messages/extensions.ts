/** The block of extensions in hellos and other messages: RFC 8446 section 4.2, RFC 5246 section 7.4.1.4. */
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
import { applicationProtocols } from './extensions/alpn.ts';
import type {
  Extension,
  ExtensionCodec,
  ExtensionName,
  ExtensionOf,
  ExtensionPlace,
  KnownExtension,
} from './extensions/extension.ts';
import {
  ecPointFormats,
  maxFragmentLength,
  signatureAlgorithms,
  supportedGroups,
  supportedVersions,
} from './extensions/parameters.ts';
import { serverName } from './extensions/server-name.ts';
import { statusRequest } from './extensions/status-request.ts';
import {
  encryptThenMac,
  extendedMasterSecret,
  renegotiationInfo,
  sessionTicket,
} from './extensions/tls12.ts';
import {
  certificateAuthorities,
  cookie,
  earlyData,
  keyShare,
  preSharedKey,
  pskKeyExchangeModes,
} from './extensions/tls13.ts';

export type { Extension, ExtensionName, ExtensionPlace } from './extensions/extension.ts';

const CODECS: { readonly [N in ExtensionName]: ExtensionCodec<N> } = {
  server_name: serverName,
  max_fragment_length: maxFragmentLength,
  status_request: statusRequest,
  supported_groups: supportedGroups,
  ec_point_formats: ecPointFormats,
  signature_algorithms: signatureAlgorithms,
  encrypt_then_mac: encryptThenMac,
  extended_master_secret: extendedMasterSecret,
  session_ticket: sessionTicket,
  pre_shared_key: preSharedKey,
  early_data: earlyData,
  supported_versions: supportedVersions,
  cookie,
  psk_key_exchange_modes: pskKeyExchangeModes,
  certificate_authorities: certificateAuthorities,
  key_share: keyShare,
  application_layer_protocol_negotiation: applicationProtocols,
  renegotiation_info: renegotiationInfo,
};

/** All that have a codec. */
export const EXTENSION_NAMES = Object.keys(CODECS) as ExtensionName[];

/** Names of extensions that are passed over, for annotation only. */
const OTHER_EXTENSIONS: Readonly<Record<number, string>> = {
  18: 'signed_certificate_timestamp',
  21: 'padding',
  28: 'record_size_limit',
  48: 'oid_filters',
  49: 'post_handshake_auth',
  50: 'signature_algorithms_cert',
};

const NAMES = new Map<number, ExtensionName>(
  Object.entries(CODECS).map(([name, { id }]) => [id, name as ExtensionName]),
);

export function extensionId(extension: Extension): number {
  return extension.name === 'unknown' ? extension.id : CODECS[extension.name].id;
}

export function describeExtension(id: number): string {
  return NAMES.get(id) ?? OTHER_EXTENSIONS[id] ?? `unknown extension ${id}`;
}

/** The extension of that name, typed; the last one when a peer repeats it. */
export function findExtension<N extends ExtensionName>(
  extensions: readonly Extension[],
  name: N,
): ExtensionOf<N> | undefined {
  return extensions.findLast((extension) => extension.name === name) as ExtensionOf<N> | undefined;
}

/** Nothing at all when there are none: in a hello of TLS 1.2 the block is optional (RFC 5246 7.4.1.2). */
export function writeExtensions(w: Writer, extensions: readonly Extension[], place: ExtensionPlace): void {
  if (extensions.length > 0) writeExtensionBlock(w, extensions, place);
}

export function readExtensions(r: Reader, place: ExtensionPlace): readonly Extension[] {
  return r.remaining === 0 ? [] : readExtensionBlock(r, place);
}

/** With its length, if that is 0: the messages of TLS 1.3 always have it. */
export function writeExtensionBlock(
  w: Writer,
  extensions: readonly Extension[],
  place: ExtensionPlace,
): void {
  const end = w.lengthU16('extensions');
  for (const extension of extensions) {
    const id = extensionId(extension);
    const endExtension = w.group('extension');
    w.u16('extension_type', id, describeExtension(id));
    const endData = w.lengthU16('extension_data');
    if (extension.name === 'unknown') w.bytes('data', extension.data);
    else codecOf(extension).write(w, extension, place);
    endData(describeBody(extension));
    endExtension(describeExtension(id));
  }
  end(`${extensions.length} extensions`);
}

export function readExtensionBlock(r: Reader, place: ExtensionPlace): readonly Extension[] {
  const extensions: Extension[] = [];
  const end = r.lengthU16('extensions');
  while (r.remaining > 0) {
    const endExtension = r.group('extension');
    const id = r.u16('extension_type', describeExtension);
    const endData = r.lengthU16('extension_data');
    const extension = readBody(r, id, place);
    endData(describeBody(extension));
    extensions.push(extension);
    endExtension(describeExtension(id));
  }
  end(`${extensions.length} extensions`);
  return extensions;
}

function readBody(r: Reader, id: number, place: ExtensionPlace): Extension {
  const name = NAMES.get(id);
  if (name === undefined) return { name: 'unknown', id, data: r.rest('data') };
  return { name, ...CODECS[name].read(r, place) } as KnownExtension;
}

function describeBody(extension: Extension): string | undefined {
  return extension.name === 'unknown' ? undefined : codecOf(extension).describe?.(extension);
}

/** The codec for any extension: the table pairs names with bodies, which the type system cannot follow. */
function codecOf({ name }: KnownExtension): ExtensionCodec<ExtensionName> {
  return CODECS[name] as ExtensionCodec<ExtensionName>;
}
