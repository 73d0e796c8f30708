/** Services of hosts beside HTTP and MQTT: a gateway, a route that keeps what it is given, an OCSP responder. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { defineScenario } from '../../src/scenario/define.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { ScenarioError } from '../../src/scenario/problem.ts';
import { runScenario } from '../../src/scenario/run.ts';
import type { ScenarioInput } from '../../src/scenario/schema.ts';

after(closeDeviceWorkers);

const JOIN = `
import json, network, socket, ssl, time
wlan = network.WLAN(network.WLAN.IF_STA)
wlan.active(True)
wlan.connect("workshop", "correct horse")
while not wlan.isconnected():
    time.sleep_ms(100)
ctx = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
ctx.verify_mode = ssl.CERT_REQUIRED
ctx.load_verify_locations(cafile="/root.pem")
def open(host, port):
    sock = socket.socket()
    sock.connect(socket.getaddrinfo(host, port)[0][-1])
    return ctx.wrap_socket(sock, server_hostname=host)
`;

const GATEWAY = {
  type: 'gateway',
  certificate: 'gateway',
  cloud: { host: 'cloud', path: '/in', ca: ['root'] },
} as const;

function world(service: object, main: string, more: Partial<ScenarioInput> = {}) {
  const leaf = (name: string) => ({ issuer: 'root', subject: `CN=${name}`, san: [name] });
  return defineScenario(
    {
      title: 'A service',
      why: 'To see what it does.',
      pki: {
        roots: { root: {}, other: {} },
        leaves: { gateway: leaf('gateway'), cloud: leaf('cloud') },
      },
      hosts: {
        ns: { address: '198.51.100.53', services: [{ type: 'dns' }] },
        gateway: { address: '198.51.100.20', services: [service as never] },
        cloud: {
          address: '203.0.113.10',
          services: [
            { type: 'https', certificate: 'cloud', routes: { '/in': { stores: true, status: 201 } } },
          ],
        },
      },
      devices: { sensor: { rtc: 'set', files: { '/root.pem': { certificate: 'root' } } } },
      ...more,
    },
    { name: 'service', files: { 'main.py': JOIN + main } },
  );
}

/** Outcome and number of readings of each time the gateway spoke to the cloud. */
async function forwards(loaded: ReturnType<typeof world>) {
  const { events, failures, output } = await runScenario(loaded);
  assert.deepEqual(failures, []);
  const told = events.flatMap((event) =>
    event.type === 'gateway.forward' ? [`${event.readings} ${event.outcome}: ${event.detail}`] : [],
  );
  return { told, said: output.sensor! };
}

const TWO_READINGS = `
tls = open("gateway", 8883)
tls.write(b"1\\n")
print(tls.readline())
time.sleep(30)
print("now")
time.sleep(1)
tls.write(b'{"t": 2.5}\\nnot JSON\\n')
print(tls.readline(), tls.readline())
time.sleep(5)
tls.close()
`;
const READ_BACK = `
tls = open("cloud", 443)
tls.write(b"GET /in HTTP/1.0\\r\\n\\r\\n")
print(tls.read().split(b"\\r\\n\\r\\n")[1])
`;

describe('a gateway', () => {
  it('sends on what it gets, and says from which address it is when nobody shows a certificate', async () => {
    const { told, said } = await forwards(world(GATEWAY, `${TWO_READINGS}${READ_BACK}`));
    assert.equal(told[0], '1 accepted: HTTP 201');
    assert.match(said, /\{"readings":\[.*\{"from":"192\.168\.4\.2","value":"not JSON"\}\]\}/);
  });

  it('keeps what the cloud did not take, and sends it with what comes next', async () => {
    const loaded = world(GATEWAY, `${TWO_READINGS}${READ_BACK}`, {
      steps: [
        { 'set-host': { host: 'cloud', up: false } },
        { 'wait-serial': 'now' },
        { 'set-host': { host: 'cloud', up: true } },
      ],
    });
    const { told, said } = await forwards(loaded);
    assert.match(told[0]!, /^1 refused: no answer within 15 s/);
    assert.equal(told[1], '2 accepted: HTTP 201');
    assert.match(said, /b'ok\\n' b'ok\\n'/);
  });

  it('waits until a batch is full', async () => {
    const { told } = await forwards(world({ ...GATEWAY, batch: 3 }, TWO_READINGS));
    assert.deepEqual(told, ['3 accepted: HTTP 201']);
  });

  it('gives nothing to a cloud whose certificate is of an authority that it does not trust', async () => {
    const { told } = await forwards(
      world({ ...GATEWAY, cloud: { ...GATEWAY.cloud, ca: ['other'] } }, TWO_READINGS),
    );
    assert.ok(told.length > 0 && told.every((line) => /refused: /.test(line)), told.join());
  });

  it('sends a sensor away that never ends its line', async () => {
    const { told, said } = await forwards(
      world(
        GATEWAY,
        'tls = open("gateway", 8883)\ntls.write(b"x" * 5000)\nprint(tls.readline(), tls.readline())',
      ),
    );
    assert.deepEqual(told, []);
    assert.equal(said, "b'too long\\n' b''\n");
  });
});

describe('a route that stores', () => {
  it('gives what was put there last, and before that nothing', async () => {
    const request = (head: string, body: string) => `
tls = open("cloud", 443)
tls.write(b"${head} /in HTTP/1.0\\r\\nContent-Length: ${body.length}\\r\\n\\r\\n${body}")
print(tls.read().split(b"\\r\\n")[0], end=" ")
tls.close()
`;
    const program = [request('GET', ''), request('PUT', 'first'), request('POST', 'second'), READ_BACK].join(
      '',
    );
    const { said } = await forwards(world(GATEWAY, program));
    assert.equal(
      said,
      "b'HTTP/1.1 404 Not Found' b'HTTP/1.1 201 Created' b'HTTP/1.1 201 Created' b'second'\n",
    );
  });
});

describe('mistakes in services', () => {
  for (const [what, service, message] of [
    [
      'an authority that is not there',
      { type: 'ocsp', issuer: 'roof' },
      /no certificate authority is called 'roof' — did you mean 'root'/,
    ],
    ['a leaf as the issuer', { type: 'ocsp', issuer: 'cloud' }, /no certificate authority is called 'cloud'/],
    [
      'a responder that is not there',
      { type: 'ocsp', issuer: 'root', responder: 'x' },
      /no certificate is called 'x'/,
    ],
    [
      'a cloud that is not there',
      { ...GATEWAY, cloud: { host: 'clod' } },
      /no host is called 'clod' — did you mean 'cloud'/,
    ],
    ['clients to check without TLS', { type: 'echo', clientCa: ['root'] }, /clientCa needs a certificate/],
    ['a refusal that OCSP does not know', { type: 'ocsp', issuer: 'root', refusal: 'successful' }, /refusal/],
  ] as const) {
    it(`are told: ${what}`, () => {
      assert.throws(
        () => world(service, ''),
        (error) => error instanceof ScenarioError && message.test(error.message),
      );
    });
  }
});
