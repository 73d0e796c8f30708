/** What cannot be promoted is said before the run. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promotionOf } from '../../src/mirror/run/promotable.ts';
import { type LoadedScenario, loadScenario } from '../../src/scenario/load.ts';
import { projectRoot } from '../support/project.ts';

const load = (name: string) => loadScenario(join(projectRoot, 'scenarios', name, 'scenario.yaml'));

const withProgram = (text: string): LoadedScenario => {
  const loaded = load('mode1-psk');
  return { ...loaded, files: new Map([...loaded.files, ['main.py', new TextEncoder().encode(text)]]) };
};

describe('what cannot be promoted', () => {
  for (const [name, reason] of [
    ['keys-ecdh-agree', /it has no device/],
    ['door-button', /several devices.*a server/],
    ['deep-sleep', /starts the board again/],
    ['fake-access-point-mode2', /further access points.*a fake access point/],
    ['secure-element', /secure element/],
    ['heap-pressure-p256', /pressure/],
    ['wifi-drop-mid-handshake', /access point fails/],
  ] as const) {
    it(name, () => assert.match(promotionOf(load(name)).obstacles.join('; '), reason));
  }

  it('nothing of a plain scenario', () => {
    const { obstacles, connectsByAddress } = promotionOf(load('mode1-psk'));
    assert.deepEqual(obstacles, []);
    assert.equal(connectsByAddress, false);
  });
});

describe('a program that names where it connects', () => {
  for (const text of [
    "sock.connect(('203.0.113.10', 443))",
    'sock.connect((HOST, PORT))',
    "sock.sendto(query(1), ('ns.example.net', 123))",
    "SERVER = ('api.example.com', 443)",
  ]) {
    it(text, () => {
      const { obstacles, connectsByAddress } = promotionOf(withProgram(text));
      assert.deepEqual([obstacles, connectsByAddress], [[], true]);
    });
  }

  for (const text of [
    "sock.connect(socket.getaddrinfo('api.example.com', 443)[0][-1])",
    'sock.connect(address)',
    "reader, writer = await asyncio.open_connection('api.example.com', 443)",
    "client = MQTTClient('sensor', 'broker.example.com', 8883)",
  ]) {
    it(`not ${text}`, () => assert.equal(promotionOf(withProgram(text)).connectsByAddress, false));
  }
});
