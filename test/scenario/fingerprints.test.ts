import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { defineScenario } from '../../src/scenario/define.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { runScenario } from '../../src/scenario/run.ts';

/** Compares what flash and a route say of a root with what the device computes of it. */
const PROGRAM = `
import binascii, hashlib, network, socket, time
wlan = network.WLAN(network.STA_IF)
wlan.active(True)
wlan.connect('workshop', 'correct horse')
while not wlan.isconnected():
    time.sleep_ms(100)
root = hashlib.sha256(open('/root.der', 'rb').read()).digest()
flash = open('/known').read().split()
sock = socket.socket()
sock.connect(('203.0.113.10', 80))
sock.write(b'GET /known HTTP/1.0\\r\\n\\r\\n')
served = sock.read().decode().split('\\r\\n\\r\\n', 1)[1].split()
print(len(flash), flash[1] == binascii.hexlify(root).decode(), flash == served)
`;

after(() => closeDeviceWorkers());

describe('fingerprints of certificates', () => {
  it('lie in flash and are served, one a line', async () => {
    const known = { fingerprints: ['others', 'root'] };
    const scenario = defineScenario(
      {
        title: 'Fingerprints',
        why: 'To see them.',
        pki: { roots: { root: {}, others: { count: 1 } } },
        hosts: {
          api: { address: '203.0.113.10', services: [{ type: 'http', routes: { '/known': known } }] },
        },
        devices: { sensor: { files: { '/root.der': { certificate: 'root' }, '/known': known } } },
      },
      { files: { 'main.py': PROGRAM } },
    );
    assert.equal((await runScenario(scenario)).output.sensor, '2 True True\n');
  });
});
