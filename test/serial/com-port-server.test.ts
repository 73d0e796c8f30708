import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CONTROL, type ComPortMessage, decodeComPort, encodeComPort } from '../../src/serial/com-port.ts';
import { ComPortServer, type ControlLines, type PortSettings } from '../../src/serial/com-port-server.ts';
import { encodeOption, encodeSubnegotiation, OPTION, TelnetDecoder } from '../../src/serial/telnet.ts';

/** A server with everything that comes out of it. */
function serve() {
  const decoder = new TelnetDecoder();
  decoder.binary = true;
  const written: number[] = [];
  const heard: number[] = [];
  const answers: (ComPortMessage | undefined)[] = [];
  const lines: ControlLines[] = [];
  const settings: PortSettings[] = [];
  const server = new ComPortServer({
    send(bytes) {
      for (const event of decoder.decode(bytes)) {
        if (event.kind === 'data') heard.push(...event.bytes);
        else if (event.kind === 'subnegotiation') answers.push(decodeComPort('server', event.payload));
      }
    },
    write: (bytes) => written.push(...bytes),
    setLines: (set) => lines.push(set),
    settingsChanged: (set) => settings.push(set),
  });
  server.start();
  for (const verb of ['do', 'will'] as const) server.receive(encodeOption(verb, OPTION.binary));
  const ask = (message: ComPortMessage) =>
    server.receive(encodeSubnegotiation(OPTION.comPort, encodeComPort('client', message)));
  return { server, ask, written, heard, answers, lines, settings };
}

/** The same, with a client that has told that it speaks the option. */
function serveBegun() {
  const served = serve();
  served.server.receive(encodeOption('will', OPTION.comPort));
  served.answers.length = 0;
  return served;
}

describe('the server of RFC 2217', () => {
  it('carries every byte both ways', () => {
    const { server, written, heard } = serve();
    const all = Uint8Array.from({ length: 256 }, (_, at) => at);
    server.receive(Uint8Array.from([...all, 255]));
    server.sendData(all);
    assert.deepEqual(heard, [...all]);
    assert.deepEqual(written, [...all]);
  });

  it('tells the modem state once the client speaks the option: the board drives no line', () => {
    const { server, answers } = serve();
    server.receive(encodeOption('will', OPTION.comPort));
    server.receive(encodeOption('do', OPTION.comPort));
    assert.deepEqual(answers, [{ command: 'notifyModemState', value: 0 }]);
  });

  it('tells it also to a client that speaks the option and has not said so', () => {
    const { ask, answers } = serve();
    ask({ command: 'control', value: CONTROL.askDtr });
    assert.deepEqual(answers[0], { command: 'notifyModemState', value: 0 });
  });

  it('answers what is asked with how the port is set', () => {
    const { ask, answers } = serveBegun();
    ask({ command: 'baudRate', value: 0 });
    ask({ command: 'dataSize', value: 0 });
    ask({ command: 'parity', value: 0 });
    ask({ command: 'stopSize', value: 0 });
    ask({ command: 'control', value: CONTROL.askDtr });
    ask({ command: 'control', value: CONTROL.askRts });
    ask({ command: 'control', value: CONTROL.askBreak });
    ask({ command: 'signature', text: '' });
    assert.deepEqual(answers, [
      { command: 'baudRate', value: 115_200 },
      { command: 'dataSize', value: 8 },
      { command: 'parity', value: 1 },
      { command: 'stopSize', value: 1 },
      { command: 'control', value: CONTROL.dtrOff },
      { command: 'control', value: CONTROL.rtsOff },
      { command: 'control', value: CONTROL.breakOff },
      { command: 'signature', text: 'micropython-tls-sandbox' },
    ]);
  });

  it('sets DTR and RTS, and confirms each', () => {
    const { ask, answers, lines } = serveBegun();
    ask({ command: 'control', value: CONTROL.dtrOn });
    ask({ command: 'control', value: CONTROL.rtsOn });
    ask({ command: 'control', value: CONTROL.dtrOff });
    assert.deepEqual(lines, [
      { dtr: true, rts: false },
      { dtr: true, rts: true },
      { dtr: false, rts: true },
    ]);
    assert.deepEqual(
      answers.map((answer) => answer && 'value' in answer && answer.value),
      [CONTROL.dtrOn, CONTROL.rtsOn, CONTROL.dtrOff],
    );
  });

  it('has no lines for flow control, and says so', () => {
    const { ask, answers } = serveBegun();
    ask({ command: 'control', value: CONTROL.hardwareOutbound });
    ask({ command: 'control', value: CONTROL.xonXoffInbound });
    assert.deepEqual(answers, [
      { command: 'control', value: CONTROL.noOutboundFlow },
      { command: 'control', value: CONTROL.noInboundFlow },
    ]);
  });

  it('keeps settings the board does not follow, and tells of them', () => {
    const { ask, answers, settings } = serveBegun();
    ask({ command: 'baudRate', value: 115_200 });
    assert.equal(settings.length, 0);
    ask({ command: 'baudRate', value: 9_600 });
    assert.deepEqual(answers.at(-1), { command: 'baudRate', value: 9_600 });
    assert.deepEqual(settings, [{ baudRate: 9_600, dataSize: 8, parity: 1, stopSize: 1 }]);
  });

  it('holds data back for a client that has suspended the flow, and a purge drops it', () => {
    const { server, ask, heard } = serveBegun();
    ask({ command: 'suspend' });
    server.sendData(Uint8Array.of(1, 2));
    assert.deepEqual(heard, []);
    ask({ command: 'resume' });
    assert.deepEqual(heard, [1, 2]);
    ask({ command: 'suspend' });
    server.sendData(Uint8Array.of(3));
    ask({ command: 'purge', value: 1 });
    server.sendData(Uint8Array.of(4));
    ask({ command: 'resume' });
    assert.deepEqual(heard, [1, 2, 4]);
  });
});
