/**
 * The trace's vocabulary. Plain data, no classes: an event crosses worker boundaries, is written as a JSON
 * line (bytes as hex) and read back. Documented for readers in docs/trace.md; a change that breaks a reader
 * raises TRACE_SCHEMA_VERSION.
 */
import type { Nanoseconds } from './time.ts';

export const TRACE_SCHEMA_VERSION = 1;

/** A named run of bytes inside a message; offsets count from the start of the message. */
export interface AnnotatedField {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  /** The decoded value in words, for instance "TLS 1.2" or "api.example.com". */
  readonly value?: string;
  readonly children?: readonly AnnotatedField[];
}

export type Direction = 'sent' | 'received';

/** For somebody between the two ends, who neither sends nor receives. */
export type Way = 'to-server' | 'to-client';

/**
 * A TLS connection's name, the same at both ends and in the capture:
 * "clientAddress:clientPort>serverAddress:serverPort".
 */
export type ConnectionId = string;

/** One check of one certificate: what was looked at, and what came of it. */
export interface CertificateCheck {
  /** Subject of the certificate looked at, or the host name for a name check. */
  readonly certificate: string;
  /** Position in the chain as received: 0 is the leaf; -1 is a trust anchor. */
  readonly depth: number;
  readonly check:
    | 'parse'
    | 'signature'
    | 'validity'
    | 'name'
    | 'anchor'
    | 'basic-constraints'
    | 'path-length'
    | 'key-usage'
    | 'extended-key-usage'
    | 'name-constraints'
    | 'policy'
    | 'public-key'
    | 'signature-algorithm'
    | 'critical-extensions'
    | 'revocation';
  /** `unchecked`: this profile does not look. */
  readonly outcome: 'pass' | 'fail' | 'unchecked';
  /** What was compared with what, in words: "2026-03-01 lies in 2026-01-01 … 2027-01-01". */
  readonly detail: string;
}

/** What was asked of a chain, beside the chain, which is in the Certificate message. */
export interface CertificateQuestion {
  readonly purpose: 'server' | 'client';
  /** Host name or address that the leaf had to be for. */
  readonly host?: string;
  /** What the clock showed, seconds since 1970. */
  readonly time: number;
  /** DER in hex of the trust anchors that bear a name of the chain. */
  readonly anchors: readonly string[];
}

interface Bodies {
  /** `source`: what the events come from when it was no run; the seed then means nothing. */
  'run.start': { schema: number; scenario: string; seed: number; startTime: string; source?: 'capture' };
  'run.end': { outcome: 'finished' | 'time-limit' | 'deadlock' | 'watchdog' };
  /** A remark for the reader: a finding about what was just seen. */
  note: { level: 'info' | 'warning'; text: string };

  // ---- link and network
  /** An Ethernet frame put on a link. `id` is unique in the run. */
  'frame.sent': { link: string; id: number; bytes: Uint8Array };
  'frame.lost': { link: string; id: number; reason: 'loss' | 'link-down' | 'queue-full' };
  /** The link's quality is bad: the frame arrives twice, or after frames that were sent later. */
  'frame.disturbed': { link: string; id: number; how: 'duplicated' | 'reordered' };
  /** A part of the network works worse, or as before, from now on; `changes` in words, "loss 20 %". */
  'network.fault': { where: string; changes: readonly string[]; phase: 'begins' | 'ends' };
  'wifi.state': { state: string; ssid?: string; detail?: string };
  'dhcp.lease': { address: string; netmask: string; gateway: string; dns: string; seconds: number };
  'dns.query': { name: string; server: string };
  'dns.answer': { name: string; addresses: readonly string[]; rcode: string };
  'tcp.state': { connection: ConnectionId; state: string };
  'tcp.retransmit': { connection: ConnectionId; sequence: number; length: number; attempt: number };
  'tcp.reset': { connection: ConnectionId; direction: Direction };

  // ---- TLS
  'tls.start': { connection: ConnectionId; role: 'client' | 'server'; serverName?: string };
  'tls.record': {
    connection: ConnectionId;
    direction: Direction;
    contentType: 'change_cipher_spec' | 'alert' | 'handshake' | 'application_data';
    version: number;
    /** Length of the record's fragment on the wire, without the header: 5 bytes in TLS, 13 in DTLS. */
    length: number;
    encrypted: boolean;
  };
  'tls.message': {
    connection: ConnectionId;
    direction: Direction;
    /** Name in RFC 5246 / RFC 8446: "ClientHello", "ServerKeyExchange", "ChangeCipherSpec", … */
    message: string;
    bytes: Uint8Array;
    fields: readonly AnnotatedField[];
    encrypted: boolean;
    /** What matters in it, short phrases in order of importance. */
    summary: readonly string[];
  };
  /** A secret as the NSS key log names it (CLIENT_RANDOM …). */
  'tls.secret': {
    connection: ConnectionId;
    label: string;
    clientRandom: Uint8Array;
    secret: Uint8Array;
  };
  /** DTLS: a flight of messages is sent again, because nobody answered or because the peer repeated its own. */
  'tls.retransmit': {
    connection: ConnectionId;
    flight: readonly string[];
    attempt: number;
    cause: 'timeout' | 'peer';
  };
  'tls.alert': {
    connection: ConnectionId;
    direction: Direction;
    level: 'warning' | 'fatal';
    /** Name in RFC 8446 section 6: "certificate_expired", … */
    description: string;
    code: number;
    encrypted: boolean;
  };
  'tls.established': {
    connection: ConnectionId;
    role: 'client' | 'server';
    version: string;
    suite: string;
    group?: string;
    /** Whether this side proved the other's identity, and as whom. Absent where it does not show: in a capture. */
    peerAuthenticated?: boolean;
    peer?: string;
    /** Whether an older session was taken up: nobody showed a certificate anew. */
    resumed: boolean;
  };
  'tls.failed': {
    connection: ConnectionId;
    role: 'client' | 'server';
    /** State of the handshake machine in which it failed. */
    state: string;
    reason: string;
    detail: string;
    alert?: string;
  };
  /** This side does something wrong on purpose (emulator/tls/faults.ts). */
  'tls.fault': { connection: ConnectionId; message: string; fault: string; detail: string };
  /** Application bytes as the program handed them in or got them out (after decryption). */
  'tls.data': { connection: ConnectionId; direction: Direction; bytes: Uint8Array };
  'tls.closed': { connection: ConnectionId; closeNotify: boolean };

  // ---- certificates
  'x509.verdict': {
    connection: ConnectionId;
    profile: 'mbedtls' | 'rfc5280';
    outcome: 'accepted' | 'refused' | 'ignored';
    checks: readonly CertificateCheck[];
    question?: CertificateQuestion;
  };

  // ---- device
  'device.boot': { board: string; rtc: string; reason: string };
  'device.syscall': { name: string; args: readonly unknown[]; result: unknown; duration: Nanoseconds };
  'device.output': { text: string };
  'device.exception': { name: string; message: string; traceback: string };
  /** CPU time charged for one crypto operation. */
  'device.cpu': { operation: string; duration: Nanoseconds };
  /** State of the IDF heap after an allocation changed it; bytes. An estimate by the board's model. */
  'device.heap': { reason: string; used: number; free: number; largestBlock: number; peak: number };
  'device.exit': { status: number; reason: string; detail?: string };

  // ---- attackers
  /** Bytes that an attacker had in clear. `what`: a handshake message by name, or "data". */
  'attacker.read': { connection: ConnectionId; direction: Way; what: string; bytes: Uint8Array };
  /** What lay open beside what was said. */
  'attacker.learned': {
    connection: ConnectionId;
    what: 'name' | 'address' | 'parameters' | 'certificate' | 'alert';
    text: string;
  };
  /** Sealed bytes that passed: kind and length are all there was to see. */
  'attacker.saw': { connection: ConnectionId; direction: Way; what: string; length: number };
  /** What an attacker did, and to which connection. */
  'attacker.did': { connection?: ConnectionId; attack: string; detail: string };
  /** An attack met something that stopped it. */
  'attacker.stopped': { connection?: ConnectionId; attack: string; detail: string };

  // ---- keys
  /** Somebody used a key: for a lesson, outside of any protocol. */
  'key.operation': {
    operation: 'encrypt' | 'decrypt' | 'sign' | 'verify' | 'agree';
    scheme: 'RSA-OAEP' | 'RSA-PSS' | 'RSA-PKCS1' | 'ECDSA' | 'ECDH';
    hash: string;
    /** Whose key, of which type ("rsa-2048"), and which half of it. */
    key: string;
    keyType: string;
    half: 'private' | 'public';
    input: Uint8Array;
    inputName: string;
    /** Who made the input, when it was somebody else. */
    inputFrom?: string;
    /** The signature to verify, or the other side's public key; empty for the other operations. */
    other: Uint8Array;
    otherName?: string;
    otherFrom?: string;
    /** Empty when nothing came out. */
    output: Uint8Array;
    outputName?: string;
    outcome: 'done' | 'verified' | 'refused';
    /** What that means, a sentence. */
    detail: string;
    /** CPU time of it on a board: an estimate. */
    board: string;
    duration: Nanoseconds;
    /** A command line that comes to the same, with files that `run --lesson-files` writes. */
    command: string;
    /** Of the key, PEM. */
    files: readonly { readonly name: string; readonly text: string }[];
  };

  // ---- services
  'http.request': { connection: string; method: string; path: string; host: string };
  'http.response': { connection: string; status: number; length: number };
  'ntp.request': { client: string };
  /** A responder was asked about certificates. */
  'ocsp.answer': {
    connection: string;
    /** Contents of the INTEGER, in hex. */
    serialNumbers: readonly string[];
    /** For each its status, or one response status for all. */
    answers: readonly string[];
  };
  /** A gateway has sent readings on together, and the cloud has answered or not. */
  'gateway.forward': {
    connection: string;
    readings: number;
    outcome: 'accepted' | 'refused';
    /** "HTTP 201", or why there was no answer. */
    detail: string;
  };
  /** A broker has read a CONNECT and answered it. */
  'mqtt.connect': {
    connection: string;
    client: string;
    /** The user name, or whom the client's certificate names; empty for neither. */
    user: string;
    version: '3.1' | '3.1.1' | '5';
    clean: boolean;
    /** Seconds; 0 is for ever. */
    keepAlive: number;
    outcome: 'accepted' | 'refused';
  };
  /** A client's message has come to the broker. */
  'mqtt.publish': {
    connection: string;
    client: string;
    topic: string;
    qos: 0 | 1 | 2;
    retain: boolean;
    /** Bytes of the payload. */
    length: number;
  };
  'mqtt.subscribe': {
    connection: string;
    client: string;
    filters: readonly string[];
    /** For each the QoS, or from 128 on why not. */
    granted: readonly number[];
  };
  'mqtt.disconnect': { connection: string; client: string; reason: string };
}

export type TraceEventType = keyof Bodies;

export type TraceEventBody = {
  [T in TraceEventType]: { readonly type: T } & Readonly<Bodies[T]>;
}[TraceEventType];

export type TraceEvent = { readonly t: Nanoseconds; readonly actor: string } & TraceEventBody;

/** The event of one type, for projections: `TraceEventOf<'tls.message'>`. */
export type TraceEventOf<T extends TraceEventType> = Extract<TraceEvent, { type: T }>;
