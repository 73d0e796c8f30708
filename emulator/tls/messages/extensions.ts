/** The block of extensions in hellos and other messages: RFC 8446 section 4.2, RFC 5246 section 7.4.1.4. */
import type { Reader } from '../codec/reader.ts';
import type { Writer } from '../codec/writer.ts';
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
import {
  encryptThenMac,
  extendedMasterSecret,
  renegotiationInfo,
  sessionTicket,
} from './extensions/tls12.ts';

export type { Extension, ExtensionName, ExtensionPlace } from './extensions/extension.ts';

const CODECS: { readonly [N in ExtensionName]: ExtensionCodec<N> } = {
  server_name: serverName,
  max_fragment_length: maxFragmentLength,
  supported_groups: supportedGroups,
  ec_point_formats: ecPointFormats,
  signature_algorithms: signatureAlgorithms,
  encrypt_then_mac: encryptThenMac,
  extended_master_secret: extendedMasterSecret,
  session_ticket: sessionTicket,
  supported_versions: supportedVersions,
  renegotiation_info: renegotiationInfo,
};

/** All that have a codec. */
export const EXTENSION_NAMES = Object.keys(CODECS) as ExtensionName[];

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
  if (extensions.length === 0) return;
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

export function readExtensions(r: Reader, place: ExtensionPlace): readonly Extension[] {
  if (r.remaining === 0) return [];
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
