/** What fields mean, in a sentence, by the name that the code which reads or writes them gives them. */
import type { AnnotatedField } from '../../../emulator/world/trace-events.ts';
import { sectionOfField } from '../../../src/report/rfc-sections.ts';
import type { Explanation } from './bytes-view.tsx';

const FIELDS: Readonly<Record<string, string>> = {
  msg_type: 'Which handshake message this is.',
  length: 'How many bytes follow in this part.',
  body: 'The message itself, after its header of type and length.',
  client_version:
    'The newest version that the client speaks; from TLS 1.3 on always “TLS 1.2”, and the truth is in supported_versions.',
  server_version:
    'The version that the server chose; from TLS 1.3 on always “TLS 1.2”, and the truth is in supported_versions.',
  random:
    '32 bytes that nobody can foresee. Both sides’ go into the keys, so that no old connection can be replayed.',
  session_id: 'Names an earlier session that the client would like to take up again, or nothing.',
  cipher_suites: 'The sets of algorithms that the client can use, best first.',
  cipher_suite: 'One set of algorithms: key exchange, signature, cipher and hash.',
  compression_methods: 'Always “null”: compression before encryption gives secrets away.',
  compression_method: 'Always “null”: compression before encryption gives secrets away.',
  method: 'How data is compressed: not at all.',
  extensions: 'What else there is to agree on; who does not know an extension passes it over.',
  extension: 'One thing more to agree on.',
  extension_type: 'Which extension this is.',
  extension_data: 'The contents of the extension.',
  name_type: 'Which kind of name follows: of a host.',
  host_name: 'The server that the client wants to talk to. It is readable for everybody on the way.',
  name: 'The name itself.',
  named_group_list: 'The groups (curves) in which the client can agree on keys.',
  group: 'A curve, or another group, for the key agreement.',
  ec_point_format_list: 'How points of curves may be written.',
  format: 'How a point of a curve is written: both coordinates, not compressed.',
  supported_signature_algorithms: 'The signatures that this side can verify, best first.',
  scheme: 'A signature algorithm together with its hash.',
  renegotiated_connection: 'Ties a renegotiation to the connection before it; empty in a first handshake.',
  certificate_list: 'The certificates, the sender’s own first, then the CA’s that issued it, and so on.',
  certificate: 'One certificate with its length.',
  cert_data: 'A certificate in DER. The tab “Certificates” takes it apart.',
  certificate_types: 'Which kinds of certificate the client may show.',
  certificate_authorities: 'Whose certificates the server will accept from the client.',
  distinguished_name: 'The name of one such authority.',
  params: 'The parameters of the key agreement.',
  curve_type: 'How the curve is given: by name.',
  namedcurve: 'The curve in which both sides agree on a secret.',
  public: 'A public key that is used for this connection only.',
  point:
    'The coordinates of the public key. The private half never leaves its owner, and is forgotten afterwards.',
  signature: 'Proves that whoever holds the certificate’s private key wrote this.',
  signature_value: 'The signature itself.',
  algorithm: 'How it is signed, and with which hash.',
  encrypted_premaster_secret:
    'The secret itself, encrypted for the server’s RSA key. Whoever gets that key later can read this connection too.',
  ciphertext: 'Bytes that only the owner of the private key can read.',
  psk_identity: 'Says which shared key to use; the key itself is never sent.',
  psk_identity_hint: 'Helps the client to choose its shared key.',
  verify_data:
    'A checksum over the whole handshake, made with the new keys: if anybody had changed a single byte, it would differ.',
  ticket_lifetime_hint: 'How long the ticket may be used.',
  ticket_lifetime: 'How long the ticket may be used.',
  ticket_age_add: 'Hides the ticket’s age from those who watch.',
  ticket:
    'The session, encrypted with a key of the server’s own: the client keeps it and shows it next time.',
  opaque_ticket:
    'The session, encrypted with a key of the server’s own: the client keeps it and shows it next time.',
  type: 'The only value there is.',
  value: 'The contents.',
  certificate_request_context: 'Ties the answer to this request; empty in the handshake.',
  client_shares: 'Public keys that the client sends ahead, each for one group.',
  key_share_entry: 'A public key for one group.',
  key_exchange: 'The public key with its length.',
  public_key: 'A public key that is used for this connection only.',
  server_name_list: 'The names, of which there is one.',
  max_fragment_length: 'The longest record that shall be sent.',
  status_type: 'How revocation is answered: by OCSP.',
  response: 'The OCSP responder’s signed answer.',
  request_update: 'Whether the other side shall renew its keys as well.',
  nonce: 'Makes each ticket’s key another one.',
  selected_version: 'The version that both will speak.',
  selected_group: 'The group in which the client shall send a key.',
  version: 'A version of the protocol.',
  level: 'fatal ends the connection; warning need not.',
  description: 'What has happened.',
  data: 'What the program sent or received.',
  record: 'One record: a header that anybody can read, and what it carries.',
  content_type: 'What the record carries. In TLS 1.3 an encrypted record always says application_data.',
  record_version: 'The version in the record’s header; it is no longer looked at.',
  record_length: 'How many bytes follow.',
  encrypted_fragment: 'Encrypted, with a proof that nobody changed it. This is all that Eve gets.',
  fragment: 'Readable for everybody on the way.',
  tbsCertificate: 'Everything that the issuer’s signature covers.',
  serialNumber: 'A number that its issuer gives only once.',
  issuer: 'Who signed the certificate.',
  validity: 'From when until when it may be used.',
  notBefore: 'The certificate is not valid before.',
  notAfter: 'The certificate is not valid afterwards. A device without the right time cannot tell.',
  subject: 'Whose certificate this is. For servers the names in subjectAltName count instead.',
  subjectPublicKeyInfo: 'The public key that the certificate is about.',
  signatureAlgorithm: 'How the issuer signed it.',
  signatureValue: 'The issuer’s signature over tbsCertificate.',
  subjectAltName: 'The names and addresses that the certificate is for.',
  basicConstraints: 'Whether this is a CA, and how many CAs may follow below it.',
  keyUsage: 'What the key may be used for.',
  extKeyUsage: 'For which purpose: server, client, …',
  Certificate: 'A certificate as X.509 writes it.',
};

const EXTENSIONS: Readonly<Record<string, string>> = {
  server_name: 'Which server the client wants, where one address has many.',
  supported_groups: 'The curves in which the client can agree on keys.',
  ec_point_formats: 'How points of curves may be written.',
  signature_algorithms: 'The signatures that this side can verify.',
  supported_versions: 'The versions of TLS that the client speaks; the server says which one it takes.',
  key_share: 'A public key for the key agreement, sent ahead so that TLS 1.3 needs one round trip less.',
  pre_shared_key: 'A key that both know from before.',
  psk_key_exchange_modes: 'Whether a key from before is to be mixed with a fresh one.',
  encrypt_then_mac: 'With CBC suites: encrypt first, then protect the ciphertext.',
  extended_master_secret: 'Binds the keys to this very handshake.',
  session_ticket: 'The client would like a ticket, or shows one, to take up the session again.',
  renegotiation_info: 'Protects renegotiation from being spliced.',
  max_fragment_length: 'Asks for smaller records, so that small devices need smaller buffers.',
  status_request: 'Asks the server to bring along a proof that its certificate is not revoked.',
  application_layer_protocol_negotiation: 'What will be spoken over TLS.',
  certificate_authorities: 'Which authorities are trusted.',
  cookie: 'The server keeps nothing in memory until the client has sent this back.',
  early_data: 'Data before the handshake is over.',
};

const SECTIONS: Readonly<Record<string, string>> = {
  content_type: 'RFC 8446 §5.1',
  record_version: 'RFC 8446 §5.1',
  record_length: 'RFC 8446 §5.1',
  encrypted_fragment: 'RFC 5246 §6.2.3, RFC 8446 §5.2',
  level: 'RFC 8446 §6',
  description: 'RFC 8446 §6',
  tbsCertificate: 'RFC 5280 §4.1.1.1',
  signatureAlgorithm: 'RFC 5280 §4.1.1.2',
  signatureValue: 'RFC 5280 §4.1.1.3',
  serialNumber: 'RFC 5280 §4.1.2.2',
  issuer: 'RFC 5280 §4.1.2.4',
  validity: 'RFC 5280 §4.1.2.5',
  notBefore: 'RFC 5280 §4.1.2.5',
  notAfter: 'RFC 5280 §4.1.2.5',
  subject: 'RFC 5280 §4.1.2.6',
  subjectPublicKeyInfo: 'RFC 5280 §4.1.2.7',
  basicConstraints: 'RFC 5280 §4.2.1.9',
  keyUsage: 'RFC 5280 §4.2.1.3',
  subjectAltName: 'RFC 5280 §4.2.1.6',
  extKeyUsage: 'RFC 5280 §4.2.1.12',
};

export function explain({ name, value }: AnnotatedField): Explanation {
  const ofExtension = name === 'extension' ? EXTENSIONS[value ?? ''] : undefined;
  return { meaning: ofExtension ?? FIELDS[name], section: sectionOfField(name, value) ?? SECTIONS[name] };
}

/** In a certificate the same names mean other things. */
const IN_CERTIFICATES: Readonly<Record<string, Explanation>> = {
  version: { meaning: 'Version 3 is the one with extensions.', section: 'RFC 5280 §4.1.2.1' },
  signature: {
    meaning: 'How the issuer signed it; said again outside of what is signed.',
    section: 'RFC 5280 §4.1.2.3',
  },
  extensions: { meaning: 'What the certificate may be used for, and for whom.', section: 'RFC 5280 §4.2' },
  extension: { meaning: 'One statement more about the certificate.', section: 'RFC 5280 §4.2' },
};

export function explainDer(field: AnnotatedField): Explanation {
  return IN_CERTIFICATES[field.name] ?? explain(field);
}
