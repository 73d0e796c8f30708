/** Where the RFCs say what a message or a field is, by its name in the annotated bytes. */

const MESSAGES: Readonly<Record<string, string>> = {
  HelloRequest: 'RFC 5246 §7.4.1.1',
  ClientHello: 'RFC 5246 §7.4.1.2, RFC 8446 §4.1.2',
  ServerHello: 'RFC 5246 §7.4.1.3, RFC 8446 §4.1.3',
  HelloRetryRequest: 'RFC 8446 §4.1.4',
  HelloVerifyRequest: 'RFC 6347 §4.2.1',
  EncryptedExtensions: 'RFC 8446 §4.3.1',
  Certificate: 'RFC 5246 §7.4.2, RFC 8446 §4.4.2',
  CertificateStatus: 'RFC 6066 §8',
  ServerKeyExchange: 'RFC 5246 §7.4.3, RFC 8422 §5.4',
  CertificateRequest: 'RFC 5246 §7.4.4, RFC 8446 §4.3.2',
  ServerHelloDone: 'RFC 5246 §7.4.5',
  ClientKeyExchange: 'RFC 5246 §7.4.7, RFC 8422 §5.7',
  CertificateVerify: 'RFC 5246 §7.4.8, RFC 8446 §4.4.3',
  ChangeCipherSpec: 'RFC 5246 §7.1, RFC 8446 §5',
  Finished: 'RFC 5246 §7.4.9, RFC 8446 §4.4.4',
  NewSessionTicket: 'RFC 5077 §3.3, RFC 8446 §4.6.1',
  KeyUpdate: 'RFC 8446 §4.6.3',
};

const FIELDS: Readonly<Record<string, string>> = {
  msg_type: 'RFC 5246 §7.4',
  client_version: 'RFC 5246 §7.4.1.2; RFC 8446 §4.1.2: legacy_version',
  server_version: 'RFC 5246 §7.4.1.3; RFC 8446 §4.1.3: legacy_version',
  random: 'RFC 5246 §7.4.1.2',
  session_id: 'RFC 5246 §7.4.1.2',
  cipher_suites: 'RFC 5246 appendix A.5',
  cipher_suite: 'RFC 5246 appendix A.5, RFC 8446 appendix B.4',
  compression_methods: 'RFC 5246 §6.2.2',
  compression_method: 'RFC 5246 §6.2.2',
  extensions: 'RFC 5246 §7.4.1.4, RFC 8446 §4.2',
  certificate_list: 'RFC 5246 §7.4.2',
  cert_data: 'RFC 5280 §4.1',
  curve_type: 'RFC 8422 §5.4',
  namedcurve: 'RFC 8422 §5.1.1',
  point: 'RFC 8422 §5.4.1',
  algorithm: 'RFC 5246 §7.4.1.4.1, RFC 8446 §4.2.3',
  signature_value: 'RFC 5246 §4.7',
  verify_data: 'RFC 5246 §7.4.9',
  psk_identity: 'RFC 4279 §2',
  psk_identity_hint: 'RFC 4279 §2',
  encrypted_premaster_secret: 'RFC 5246 §7.4.7.1',
  ticket_lifetime_hint: 'RFC 5077 §3.3',
  ticket: 'RFC 5077 §3.3',
  certificate_request_context: 'RFC 8446 §4.3.2',
  ciphertext: 'RFC 5246 §6.2.3, RFC 8446 §5.2',
};

/** An extension's field has the value of its name. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  server_name: 'RFC 6066 §3',
  max_fragment_length: 'RFC 6066 §4',
  status_request: 'RFC 6066 §8',
  supported_groups: 'RFC 8422 §5.1.1, RFC 8446 §4.2.7',
  ec_point_formats: 'RFC 8422 §5.1.2',
  signature_algorithms: 'RFC 5246 §7.4.1.4.1, RFC 8446 §4.2.3',
  application_layer_protocol_negotiation: 'RFC 7301 §3.1',
  encrypt_then_mac: 'RFC 7366',
  extended_master_secret: 'RFC 7627 §5.1',
  session_ticket: 'RFC 5077 §3.2',
  pre_shared_key: 'RFC 8446 §4.2.11',
  early_data: 'RFC 8446 §4.2.10',
  supported_versions: 'RFC 8446 §4.2.1',
  cookie: 'RFC 8446 §4.2.2',
  psk_key_exchange_modes: 'RFC 8446 §4.2.9',
  certificate_authorities: 'RFC 8446 §4.2.4',
  key_share: 'RFC 8446 §4.2.8',
  renegotiation_info: 'RFC 5746 §3.2',
};

export function sectionOfMessage(name: string): string | undefined {
  return MESSAGES[name];
}

/** `value`: what the field says, which for an extension is its name. */
export function sectionOfField(name: string, value: string | undefined): string | undefined {
  return name === 'extension' ? EXTENSIONS[value ?? ''] : FIELDS[name];
}
