/** Which extension may stand in which message of TLS 1.3, and who may bring it up: RFC 8446 section 4.2. */
import { TlsError } from '../engine.ts';
import { describeExtension, type Extension, type ExtensionPlace, extensionId } from './extensions.ts';

const CH = 'ClientHello';
const SH = 'ServerHello';
const HRR = 'HelloRetryRequest';
const EE = 'EncryptedExtensions';
const CT = 'CertificateEntry';
const CR = 'CertificateRequest';
const NST = 'NewSessionTicket';

/** The RFC's table, by number; then those of earlier versions, which a server of TLS 1.3 never answers. */
const PLACES: Readonly<Record<number, readonly ExtensionPlace[]>> = {
  0: [CH, EE], // server_name
  1: [CH, EE], // max_fragment_length
  5: [CH, CR, CT], // status_request
  10: [CH, EE], // supported_groups
  13: [CH, CR], // signature_algorithms
  14: [CH, EE], // use_srtp
  15: [CH, EE], // heartbeat
  16: [CH, EE], // application_layer_protocol_negotiation
  18: [CH, CR, CT], // signed_certificate_timestamp
  19: [CH, EE], // client_certificate_type
  20: [CH, EE], // server_certificate_type
  21: [CH], // padding
  28: [CH, EE], // record_size_limit (RFC 8449)
  41: [CH, SH], // pre_shared_key
  42: [CH, EE, NST], // early_data
  43: [CH, SH, HRR], // supported_versions
  44: [CH, HRR], // cookie
  45: [CH], // psk_key_exchange_modes
  47: [CH, CR], // certificate_authorities
  48: [CR], // oid_filters
  49: [CH], // post_handshake_auth
  50: [CH, CR], // signature_algorithms_cert
  51: [CH, SH, HRR], // key_share

  11: [CH], // ec_point_formats
  22: [CH], // encrypt_then_mac
  23: [CH], // extended_master_secret
  35: [CH], // session_ticket
  65281: [CH], // renegotiation_info
};

/** Requests and tickets bring up extensions of their own; what is not known in them is passed over. */
const UNASKED: ReadonlySet<ExtensionPlace> = new Set([CH, CR, NST]);
/** The one that a server may bring up (section 4.2.2). */
const COOKIE = 44;

/**
 * Throws TlsError: "illegal-parameter" for an extension that comes twice or in a message that it does not belong
 * in, "unsupported-extension" for an answer to what `asked`, the extensions of the request, do not hold.
 */
export function checkExtensionPlaces(
  extensions: readonly Extension[],
  place: ExtensionPlace,
  asked: readonly Extension[] = [],
): void {
  const askedIds = new Set(asked.map(extensionId));
  const seen = new Set<number>();
  for (const id of extensions.map(extensionId)) {
    if (seen.has(id)) throw new TlsError('illegal-parameter', `${describeExtension(id)} comes twice`);
    seen.add(id);
    const isAnswer = !UNASKED.has(place) && !(place === HRR && id === COOKIE);
    if (isAnswer && !askedIds.has(id)) {
      throw new TlsError('unsupported-extension', `${place} answers ${describeExtension(id)} unasked`);
    }
    if (PLACES[id] !== undefined && !PLACES[id].includes(place)) {
      throw new TlsError('illegal-parameter', `${describeExtension(id)} does not belong in ${place}`);
    }
  }
}
