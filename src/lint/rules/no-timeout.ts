/** A server that falls silent, and a program that waits for it for ever. */
import type { Call, Program } from '../python/program.ts';
import type { Finding, Rule } from '../rule.ts';

const MQTT = ['umqtt.simple.MQTTClient', 'umqtt.robust.MQTTClient'];

export const noTimeout: Rule = {
  id: 'no-timeout',
  check: ({ program }) => program.calls.flatMap((call) => WAYS.flatMap((way) => way(call, program) ?? [])),
};

/** Each looks at one way to open TLS. */
const WAYS: readonly ((call: Call, program: Program) => Finding | undefined)[] = [
  function wrappedSocket(call, program) {
    if (!call.callee.endsWith('.wrap_socket')) return undefined;
    const socket = call.positional[0]?.source;
    const names = [socket, call.target];
    const isBounded = program.calls.some(
      ({ callee, receiver }) =>
        names.includes(receiver) && (callee.endsWith('.settimeout') || callee.endsWith('.setblocking')),
    );
    return isBounded ? undefined : finding(call, 'this socket', boundedSocket(socket));
  },
  function openedStreams(call) {
    if (call.callee !== 'asyncio.open_connection' || !call.keywords.has('ssl')) return undefined;
    if (call.within.some((name) => name.startsWith('asyncio.wait_for'))) return undefined;
    return finding(
      call,
      'this connection',
      'await asyncio.wait_for(asyncio.open_connection(…), 10), and the same around each read',
    );
  },
  function request(call) {
    const isHttps = call.positional.some(({ text }) => text?.startsWith('https:'));
    if (!call.callee.startsWith('requests.') || !isHttps || call.keywords.has('timeout')) return undefined;
    return finding(call, 'this request', 'timeout=10 among its arguments');
  },
  function mqtt(call, program) {
    if (!MQTT.includes(call.callee) || !call.keywords.has('ssl')) return undefined;
    const connects = program.calls.filter(
      ({ callee, receiver }) => receiver === call.target && callee.endsWith('.connect'),
    );
    const isBounded = connects.some(
      ({ keywords, positional }) => keywords.has('timeout') || positional.length > 1,
    );
    return isBounded
      ? undefined
      : finding(call, 'this client', 'connect(timeout=10), and sock.settimeout(…) before wait_msg()');
  },
];

/** A socket that is made where it is wrapped has no name yet, by which to set a time-out. */
function boundedSocket(socket = 'sock'): string {
  return socket.includes('(')
    ? `sock = ${socket}, sock.settimeout(10) before connect(), and wrap sock`
    : `${socket}.settimeout(10) before connect()`;
}

function finding({ line }: Call, what: string, remedy: string): Finding {
  return {
    line,
    message: `${what} has no time-out`,
    why: 'a server that falls silent, or Wi-Fi that drops in the handshake, stops the program for ever',
    remedy,
  };
}
