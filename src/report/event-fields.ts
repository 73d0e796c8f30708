/**
 * The fields of every event type, in the order in which they are written. The compiler holds this table
 * against trace-events.ts, a test holds docs/trace.md against it.
 */
import type { TraceEventOf, TraceEventType } from '../../emulator/world/trace-events.ts';

/** How a field is written: as JSON has it, or bytes as hex; "?" when it may be absent. */
type FieldKind<Fields, Name extends keyof Fields> = Fields[Name] extends Uint8Array
  ? 'bytes'
  : undefined extends Fields[Name]
    ? 'json?'
    : 'json';

type FieldsOf<T extends TraceEventType> = Omit<TraceEventOf<T>, 't' | 'actor' | 'type'>;

type EventFields = {
  readonly [T in TraceEventType]: {
    readonly [Name in keyof FieldsOf<T>]-?: FieldKind<FieldsOf<T>, Name>;
  };
};

export const EVENT_FIELDS: EventFields = {
  'run.start': { schema: 'json', scenario: 'json', seed: 'json', startTime: 'json', source: 'json?' },
  'run.end': { outcome: 'json' },
  note: { level: 'json', text: 'json' },

  'frame.sent': { link: 'json', id: 'json', bytes: 'bytes' },
  'frame.lost': { link: 'json', id: 'json', reason: 'json' },
  'frame.disturbed': { link: 'json', id: 'json', how: 'json' },
  'network.fault': { where: 'json', changes: 'json', phase: 'json' },
  'wifi.state': { state: 'json', ssid: 'json?', detail: 'json?' },
  'dhcp.lease': {
    address: 'json',
    netmask: 'json',
    gateway: 'json',
    dns: 'json',
    seconds: 'json',
  },
  'dns.query': { name: 'json', server: 'json' },
  'dns.answer': { name: 'json', addresses: 'json', rcode: 'json' },
  'tcp.state': { connection: 'json', state: 'json' },
  'tcp.retransmit': { connection: 'json', sequence: 'json', length: 'json', attempt: 'json' },
  'tcp.reset': { connection: 'json', direction: 'json' },

  'tls.start': { connection: 'json', role: 'json', serverName: 'json?' },
  'tls.record': {
    connection: 'json',
    direction: 'json',
    contentType: 'json',
    version: 'json',
    length: 'json',
    encrypted: 'json',
  },
  'tls.message': {
    connection: 'json',
    direction: 'json',
    message: 'json',
    encrypted: 'json',
    summary: 'json',
    bytes: 'bytes',
    fields: 'json',
  },
  'tls.secret': { connection: 'json', label: 'json', clientRandom: 'bytes', secret: 'bytes' },
  'tls.retransmit': { connection: 'json', flight: 'json', attempt: 'json', cause: 'json' },
  'tls.alert': {
    connection: 'json',
    direction: 'json',
    level: 'json',
    description: 'json',
    code: 'json',
    encrypted: 'json',
  },
  'tls.established': {
    connection: 'json',
    role: 'json',
    version: 'json',
    suite: 'json',
    group: 'json?',
    peerAuthenticated: 'json?',
    peer: 'json?',
    resumed: 'json',
  },
  'tls.failed': {
    connection: 'json',
    role: 'json',
    state: 'json',
    reason: 'json',
    detail: 'json',
    alert: 'json?',
  },
  'tls.data': { connection: 'json', direction: 'json', bytes: 'bytes' },
  'tls.fault': { connection: 'json', message: 'json', fault: 'json', detail: 'json' },
  'tls.closed': { connection: 'json', closeNotify: 'json' },

  'x509.verdict': { connection: 'json', profile: 'json', outcome: 'json', checks: 'json', question: 'json?' },

  'device.boot': { board: 'json', rtc: 'json', reason: 'json' },
  'device.syscall': { name: 'json', args: 'json', result: 'json?', duration: 'json' },
  'device.output': { text: 'json' },
  'device.exception': { name: 'json', message: 'json', traceback: 'json' },
  'device.cpu': { operation: 'json', duration: 'json' },
  'device.heap': { reason: 'json', used: 'json', free: 'json', largestBlock: 'json', peak: 'json' },
  'device.exit': { status: 'json', reason: 'json', detail: 'json?' },

  'attacker.read': { connection: 'json', direction: 'json', what: 'json', bytes: 'bytes' },
  'attacker.learned': { connection: 'json', what: 'json', text: 'json' },
  'attacker.saw': { connection: 'json', direction: 'json', what: 'json', length: 'json' },
  'attacker.did': { connection: 'json?', attack: 'json', detail: 'json' },
  'attacker.stopped': { connection: 'json?', attack: 'json', detail: 'json' },

  'key.operation': {
    operation: 'json',
    scheme: 'json',
    hash: 'json',
    key: 'json',
    keyType: 'json',
    half: 'json',
    input: 'bytes',
    inputName: 'json',
    inputFrom: 'json?',
    other: 'bytes',
    otherName: 'json?',
    otherFrom: 'json?',
    output: 'bytes',
    outputName: 'json?',
    outcome: 'json',
    detail: 'json',
    board: 'json',
    duration: 'json',
    command: 'json',
    files: 'json',
  },

  'http.request': { connection: 'json', method: 'json', path: 'json', host: 'json' },
  'http.response': { connection: 'json', status: 'json', length: 'json' },
  'ntp.request': { client: 'json' },
  'ocsp.answer': { connection: 'json', serialNumbers: 'json', answers: 'json' },
  'gateway.forward': { connection: 'json', readings: 'json', outcome: 'json', detail: 'json' },
  'mqtt.connect': {
    connection: 'json',
    client: 'json',
    user: 'json',
    version: 'json',
    clean: 'json',
    keepAlive: 'json',
    outcome: 'json',
  },
  'mqtt.publish': {
    connection: 'json',
    client: 'json',
    topic: 'json',
    qos: 'json',
    retain: 'json',
    length: 'json',
  },
  'mqtt.subscribe': { connection: 'json', client: 'json', filters: 'json', granted: 'json' },
  'mqtt.disconnect': { connection: 'json', client: 'json', reason: 'json' },
};
