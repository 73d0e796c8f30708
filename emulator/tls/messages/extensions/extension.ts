/** What hello extensions are here: a body each, and a codec each that knows where the extension may stand. */
import type { Reader } from '../../codec/reader.ts';
import type { Writer } from '../../codec/writer.ts';

/** The message that carries the extension: some have another body in each (RFC 8446 section 4.2). */
export type ExtensionPlace =
  | 'ClientHello'
  | 'ServerHello'
  | 'HelloRetryRequest'
  | 'EncryptedExtensions'
  | 'CertificateEntry'
  | 'CertificateRequest'
  | 'NewSessionTicket';

export interface KeyShareEntry {
  readonly group: number;
  /** Empty in a HelloRetryRequest, which names a group only. */
  readonly publicKey: Uint8Array;
}

export interface OfferedPsks {
  readonly identities: readonly { readonly identity: Uint8Array; readonly obfuscatedAge: number }[];
  /** As many as there are identities, in their order. */
  readonly binders: readonly Uint8Array[];
}

/** Bodies by name; the names are IANA's. */
export interface ExtensionBodies {
  /** An acknowledgement has no name. */
  server_name: { readonly hostName: string | undefined };
  /** The request of a client, or the response of TLS 1.3. */
  status_request: { readonly asksForOcsp: boolean; readonly response: Uint8Array | undefined };
  max_fragment_length: { readonly code: number };
  supported_groups: { readonly groups: readonly number[] };
  ec_point_formats: { readonly formats: readonly number[] };
  signature_algorithms: { readonly schemes: readonly number[] };
  encrypt_then_mac: object;
  extended_master_secret: object;
  session_ticket: { readonly ticket: Uint8Array };
  /** From a client `offered`; from a server the index of the one it takes. */
  pre_shared_key: { readonly offered: OfferedPsks | undefined; readonly selected: number };
  /** The size counts in a NewSessionTicket only; 0 elsewhere. */
  early_data: { readonly maxSize: number };
  supported_versions: { readonly versions: readonly number[] };
  cookie: { readonly cookie: Uint8Array };
  psk_key_exchange_modes: { readonly modes: readonly number[] };
  certificate_authorities: { readonly names: readonly Uint8Array[] };
  key_share: { readonly shares: readonly KeyShareEntry[] };
  application_layer_protocol_negotiation: { readonly protocols: readonly string[] };
  renegotiation_info: { readonly renegotiatedConnection: Uint8Array };
}

export type ExtensionName = keyof ExtensionBodies;

export type ExtensionOf<N extends ExtensionName> = { readonly name: N } & ExtensionBodies[N];

export type KnownExtension = { [N in ExtensionName]: ExtensionOf<N> }[ExtensionName];

export type Extension =
  | KnownExtension
  | { readonly name: 'unknown'; readonly id: number; readonly data: Uint8Array };

export interface ExtensionCodec<N extends ExtensionName> {
  readonly id: number;
  write(writer: Writer, body: ExtensionBodies[N], place: ExtensionPlace): void;
  read(reader: Reader, place: ExtensionPlace): ExtensionBodies[N];
  /** What it says, in words; the same for what is written and what is read. */
  describe?(body: ExtensionBodies[N]): string | undefined;
}
