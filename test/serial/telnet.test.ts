import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CONTROL,
  type ComPortMessage,
  decodeComPort,
  encodeComPort,
  MODEM_STATE,
  PURGE,
} from '../../src/serial/com-port.ts';
import {
  encodeData,
  encodeOption,
  encodeSubnegotiation,
  OPTION,
  TelnetDecoder,
  type TelnetEvent,
} from '../../src/serial/telnet.ts';
import { TelnetOptions } from '../../src/serial/telnet-options.ts';

const bytes = (...values: number[]) => Uint8Array.of(...values);
const IAC = 255;

/** Data that came in pieces is one piece for the comparison. */
function joined(events: readonly TelnetEvent[]): TelnetEvent[] {
  const all: TelnetEvent[] = [];
  for (const event of events) {
    const last = all.at(-1);
    if (event.kind !== 'data' || last?.kind !== 'data') all.push(event);
    else all[all.length - 1] = { kind: 'data', bytes: bytes(...last.bytes, ...event.bytes) };
  }
  return all;
}

describe('Telnet', () => {
  it('takes data, options and subnegotiations apart, wherever they are cut', () => {
    const stream = bytes(
      ...[0x41, IAC, IAC, 0x42], // 255 as data is sent twice (RFC 854)
      ...[IAC, 251, 44, IAC, 254, 1], // WILL COM-PORT-OPTION, DONT ECHO
      ...[IAC, 250, 44, 1, 0, 0, IAC, IAC, 0, IAC, 240], // a subnegotiation with 255 in it
      ...[IAC, 241, 0x43], // NOP
    );
    const expected: TelnetEvent[] = [
      { kind: 'data', bytes: bytes(0x41, IAC, 0x42) },
      { kind: 'option', verb: 'will', option: 44 },
      { kind: 'option', verb: 'dont', option: 1 },
      { kind: 'subnegotiation', option: 44, payload: bytes(1, 0, 0, IAC, 0) },
      { kind: 'data', bytes: bytes(0x43) },
    ];
    for (let cut = 0; cut <= stream.length; cut++) {
      const decoder = new TelnetDecoder();
      const events = [...decoder.decode(stream.subarray(0, cut)), ...decoder.decode(stream.subarray(cut))];
      assert.deepEqual(joined(events), expected, `cut at ${cut}`);
    }
  });

  it('sends every byte so that it arrives', () => {
    const all = Uint8Array.from({ length: 512 }, (_, at) => at & 255);
    const decoder = new TelnetDecoder();
    decoder.binary = true;
    assert.deepEqual(joined(decoder.decode(encodeData(all))), [{ kind: 'data', bytes: all }]);
  });

  it('puts NUL behind a lone \\r until the line is binary, and takes it away again (RFC 854)', () => {
    const encoded = encodeData(bytes(0x41, 13, 0x42, 13, 10), false);
    assert.deepEqual(encoded, bytes(0x41, 13, 0, 0x42, 13, 10));
    const [event] = new TelnetDecoder().decode(encoded);
    assert.deepEqual(event, { kind: 'data', bytes: bytes(0x41, 13, 0x42, 13, 10) });
  });

  it('drops a subnegotiation that does not end as one, and goes on', () => {
    const events = new TelnetDecoder().decode(bytes(IAC, 250, 44, 5, IAC, 241, 0x41));
    assert.deepEqual(events, [{ kind: 'data', bytes: bytes(0x41) }]);
  });
});

describe('Telnet options', () => {
  function end(ours: number[], theirs: number[]) {
    const sent: number[][] = [];
    const options = new TelnetOptions({ ours, theirs }, (said) => sent.push([...said]));
    return { options, sent };
  }

  it('are agreed to where both want them, and said once', () => {
    const { options, sent } = end([OPTION.binary], []);
    options.receive('do', OPTION.binary);
    options.receive('do', OPTION.binary);
    assert.deepEqual(sent, [[...encodeOption('will', OPTION.binary)]]);
    assert.equal(options.usesOurs(OPTION.binary), true);
  });

  it('are refused where they are unknown, which is no agreement', () => {
    const { options, sent } = end([], []);
    options.receive('do', 24);
    options.receive('will', 31);
    assert.deepEqual(sent, [[...encodeOption('wont', 24)], [...encodeOption('dont', 31)]]);
    assert.equal(options.usesOurs(24), false);
  });

  it('that were asked for are not confirmed once more: two ends that both ask do not go on for ever', () => {
    const policy = [OPTION.binary, OPTION.comPort];
    const queue: [0 | 1, Uint8Array][] = [];
    const ends = ([0, 1] as const).map(
      (self) =>
        new TelnetOptions({ ours: policy, theirs: policy }, (said) => queue.push([self === 0 ? 1 : 0, said])),
    );
    for (const each of ends) each.request();
    let count = 0;
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [event] = new TelnetDecoder().decode(next[1]);
      assert.equal(event?.kind, 'option');
      if (event?.kind === 'option') ends[next[0]]!.receive(event.verb, event.option);
      assert.ok(++count <= 8, 'they do not agree');
    }
    for (const each of ends) {
      for (const option of policy) assert.ok(each.usesOurs(option) && each.usesTheirs(option));
    }
  });
});

describe('RFC 2217', () => {
  const cases: readonly (readonly [string, ComPortMessage, 'client' | 'server', Uint8Array])[] = [
    ['asks for the signature', { command: 'signature', text: '' }, 'client', bytes(0)],
    ['sets 115200 baud', { command: 'baudRate', value: 115_200 }, 'client', bytes(1, 0, 1, 0xc2, 0)],
    ['tells 9600 baud', { command: 'baudRate', value: 9_600 }, 'server', bytes(101, 0, 0, 0x25, 0x80)],
    ['raises DTR', { command: 'control', value: CONTROL.dtrOn }, 'client', bytes(5, 8)],
    ['tells that RTS is off', { command: 'control', value: CONTROL.rtsOff }, 'server', bytes(105, 12)],
    ['suspends the flow', { command: 'suspend' }, 'client', bytes(8)],
    [
      'tells the modem state',
      { command: 'notifyModemState', value: MODEM_STATE.cts },
      'server',
      bytes(107, 16),
    ],
    ['empties both buffers', { command: 'purge', value: PURGE.both }, 'client', bytes(12, 3)],
  ];
  for (const [what, message, from, payload] of cases) {
    it(what, () => {
      assert.deepEqual(encodeComPort(from, message), payload);
      assert.deepEqual(decodeComPort(from, payload), message);
    });
  }

  it('has 255 in a subnegotiation sent twice', () => {
    const payload = encodeComPort('client', { command: 'baudRate', value: 0xff });
    assert.deepEqual(
      encodeSubnegotiation(OPTION.comPort, payload),
      bytes(IAC, 250, 44, 1, 0, 0, 0, IAC, IAC, IAC, 240),
    );
  });

  for (const [what, from, payload] of [
    ['nothing', 'client', bytes()],
    ['an unknown command', 'client', bytes(13, 0)],
    ["the other end's command", 'client', bytes(101, 0, 0, 0, 1)],
    ['a baud rate of three octets', 'client', bytes(1, 0, 1, 2)],
    ['a control without a value', 'client', bytes(5)],
  ] as const) {
    it(`does not take ${what} for a message`, () => {
      assert.equal(decodeComPort(from, payload), undefined);
    });
  }
});
