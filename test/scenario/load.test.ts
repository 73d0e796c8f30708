import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { PrivateKey } from '../../emulator/crypto/provider.ts';
import { buildCertificate } from '../../emulator/x509/build.ts';
import { encodePrivateKey } from '../../emulator/x509/keys.ts';
import { encodePem } from '../../emulator/x509/pem.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { ScenarioError } from '../../src/scenario/problem.ts';

/** The least that is a scenario; `more` is added at the end. */
const MINIMAL = `title: A test
why: To see what the loader says.
devices:
  sensor: {main: main.py}
`;

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'scenario-'));
});
after(() => rmSync(folder, { recursive: true }));

function write(yaml: string, files: Record<string, string> = { 'main.py': '' }): string {
  const here = mkdtempSync(join(folder, 'case-'));
  for (const [name, text] of Object.entries({ ...files, 'scenario.yaml': yaml }))
    writeFileSync(join(here, name), text);
  return join(here, 'scenario.yaml');
}

/** What the loader says of a file, without the file's name. */
function problemsOf(yaml: string, files?: Record<string, string>): string[] {
  const file = write(yaml, files);
  try {
    loadScenario(file);
  } catch (error) {
    assert.ok(error instanceof ScenarioError, String(error));
    return error.problems.map((problem) => {
      const prefix = `${relative('', file)}:`;
      assert.ok(problem.startsWith(prefix), problem);
      return problem.slice(prefix.length);
    });
  }
  return [];
}

describe('a scenario file', () => {
  it('may be short: what is not written has a default', () => {
    const { name, scenario, files } = loadScenario(write(MINIMAL, { 'main.py': 'print(1)' }));
    assert.match(name, /^case-/);
    assert.equal(scenario.seed, 1);
    assert.equal(scenario.time, Date.UTC(2026, 2, 1, 12) / 1000);
    assert.equal(scenario.network.wifi.ssid, 'workshop');
    assert.deepEqual(scenario.devices.sensor, { board: 'esp32', main: 'main.py', files: {}, rtc: 'unset' });
    assert.equal(new TextDecoder().decode(files.get('main.py')), 'print(1)');
  });

  it('writes quantities with their units', () => {
    const { scenario } = loadScenario(
      write(`${MINIMAL}time: 2027-01-01
network:
  wifi: {latency: 2.5ms, loss: 5%, bandwidth: 20Mbit/s}
  internet: {latency: 40 ms}
`),
    );
    assert.equal(scenario.time, Date.UTC(2027, 0, 1) / 1000);
    assert.equal(scenario.network.wifi.latency, 2_500_000);
    assert.equal(scenario.network.wifi.loss, 0.05);
    assert.equal(scenario.network.wifi.bandwidth, 20_000_000);
    assert.equal(scenario.network.internet.latency, 40_000_000);
  });
});

describe('a scenario with mistakes', () => {
  it('names an unknown key with its place and the key that was meant', () => {
    const yaml = `${MINIMAL}pki:
  leaves:
    api: {issuer: self}
hosts:
  api:
    address: 203.0.113.10
    services:
      - type: https
        sertificate: api
        certificate: api
`;
    assert.deepEqual(problemsOf(yaml), [
      "13:9: unknown key 'sertificate' in hosts.api.services[0] — did you mean 'certificate'?",
    ]);
  });

  it('finds the key behind another spelling', () => {
    assert.deepEqual(problemsOf(`${MINIMAL}expect: {hand-shakes: []}\n`), [
      "5:10: unknown key 'hand-shakes' in expect — did you mean 'handshakes'?",
    ]);
  });

  it('guesses nothing for a key that is like no other', () => {
    assert.deepEqual(problemsOf(`${MINIMAL}zebra: 1\n`), ["5:1: unknown key 'zebra' in the scenario"]);
  });

  it('names a missing key, at the mapping that should hold it', () => {
    assert.deepEqual(
      problemsOf('title: x\nwhy: y\ndevices:\n  a: {}\nhosts:\n  b:\n    services: []\n', { 'main.py': '' }),
      ["6:3: missing 'address' in hosts.b"],
    );
  });

  it('refuses a broker that asks for client certificates without TLS', () => {
    const yaml = `${MINIMAL}pki: {roots: {ca: {}}}
hosts: {h: {address: 203.0.113.1, services: [{type: mqtt, clientCa: [ca]}]}}
`;
    assert.match(problemsOf(yaml).join(), /clientCa needs a certificate/);
  });

  it('says which values may stand in a place', () => {
    assert.deepEqual(problemsOf(`${MINIMAL}pki:\n  roots:\n    r: {key: rsa-2084}\n`), [
      "7:14: pki.roots.r.key: expected one of ec-p256, ec-p384, ec-p521, rsa-1024, rsa-2048, rsa-3072, rsa-4096, rsa-8192, not 'rsa-2084' — did you mean 'rsa-2048'?",
    ]);
    assert.deepEqual(problemsOf(`${MINIMAL}hosts:\n  h: {address: 1.2.3.4, services: [{type: htps}]}\n`), [
      "6:43: hosts.h.services[0].type: expected one of https, http, mqtt, ntp, dns, ocsp, echo, gateway, not 'htps' — did you mean 'https'?",
    ]);
  });

  for (const [yaml, problem] of [
    ['seed: -1', '5:7: seed: expected at least 0, not the number -1'],
    ['seed: many', "5:7: seed: expected a number, not 'many'"],
    [
      'time: 2026-02-30',
      "5:7: time: expected a UTC time such as 2026-03-01 or 2026-03-01T12:00:00Z, not '2026-02-30'",
    ],
    ['network: {wifi: {latency: 20}}', '5:27: network.wifi.latency: expected text, not the number 20'],
    [
      'network: {wifi: {latency: 20 parsec}}',
      "5:27: network.wifi.latency: expected a duration such as 20ms or 1.5s, not '20 parsec'",
    ],
    [
      'network: {wifi: {loss: 120%}}',
      "5:24: network.wifi.loss: expected a percentage such as 2.5%, not '120%'",
    ],
    [
      'hosts: {h: {address: 300.1.1.1, services: []}}',
      '5:22: hosts.h.address: expected an IPv4 address such as 203.0.113.10',
    ],
    ['hosts: []', '5:1: hosts: expected a mapping, not a list'],
    [
      "network: {wifi: {password: 'short'}}",
      "5:28: network.wifi.password: expected at least 8 characters, not 'short'",
    ],
  ] as const) {
    it(`refuses ${yaml}`, () => assert.deepEqual(problemsOf(`${MINIMAL}${yaml}\n`), [problem]));
  }

  it('refuses names of things that are not there', () => {
    const yaml = `${MINIMAL}pki:
  roots: {root: {}}
  leaves:
    api: {issuer: rot}
hosts:
  api.example.com:
    address: 203.0.113.10
    services: [{type: https, certificate: apj, chain: [root, isuing], clientCa: [nobody]}]
expect:
  devices: {senor: {exit: 0}}
  handshakes: [{from: sensor, to: api.example.org, outcome: failed, alert: {by: sensr, name: unknown_ca}}]
`;
    assert.deepEqual(problemsOf(yaml), [
      "8:19: pki.leaves.api.issuer: no certificate authority is called 'rot' — did you mean 'root'?",
      "12:43: hosts.api.example.com.services[0].certificate: no certificate is called 'apj' — did you mean 'api'?",
      "12:62: hosts.api.example.com.services[0].chain[1]: no certificate is called 'isuing'",
      "12:82: hosts.api.example.com.services[0].clientCa[0]: no certificate is called 'nobody'",
      "14:13: expect.devices: no device is called 'senor' — did you mean 'sensor'?",
      "15:35: expect.handshakes[0].to: no device, host or attacker is called 'api.example.org' — did you mean 'api.example.com'?",
      "15:81: expect.handshakes[0].alert.by: no device, host or attacker is called 'sensr' — did you mean 'sensor'?",
    ]);
  });

  it('refuses a program and files that are not there, or not beside the scenario', () => {
    const yaml = `title: x
why: y
devices:
  a: {}
  b: {main: other.py, files: {/x: {file: x.txt}, /y: {file: ../y.txt}}}
`;
    assert.deepEqual(problemsOf(yaml, {}), [
      '4:3: devices.a.main: cannot read main.py: there is no such file',
      '5:13: devices.b.main: cannot read other.py: there is no such file',
      '5:42: devices.b.files./x.file: cannot read x.txt: there is no such file',
      '5:61: devices.b.files./y.file: expected a path inside the folder of the scenario',
    ]);
  });

  it('refuses one name or address for two things, and an authority that certifies itself', () => {
    const yaml = `${MINIMAL}pki:
  roots: {x: {}}
  intermediates: {x: {issuer: x}, a: {issuer: b}, b: {issuer: a}}
hosts:
  sensor: {address: 203.0.113.10, services: []}
  other: {address: 203.0.113.10, services: []}
`;
    assert.deepEqual(problemsOf(yaml), [
      "7:19: pki.intermediates.x: the name 'x' is taken by pki.roots.x",
      "7:31: pki.intermediates.x.issuer: 'x' would certify itself",
      "7:47: pki.intermediates.a.issuer: 'a' would certify itself",
      "7:63: pki.intermediates.b.issuer: 'b' would certify itself",
      "9:3: hosts.sensor: the name 'sensor' is taken by devices.sensor",
      '10:11: hosts.other.address: the address 203.0.113.10 is taken by hosts.sensor.address',
    ]);
  });

  it('wants one source for a file in flash', () => {
    const yaml = `${MINIMAL.replace('{main: main.py}', '{files: {/a: {text: x, file: main.py}, /b: {format: pem}}}')}`;
    assert.deepEqual(problemsOf(yaml), [
      '4:20: devices.sensor.files./a: expected exactly one of certificate, chain, key, fingerprints, crl, ocsp, file, text, not file and text',
      '4:50: devices.sensor.files./b: expected exactly one of certificate, chain, key, fingerprints, crl, ocsp, file, text, not none',
    ]);
  });

  it('wants PEM for a chain, and a key for who must prove to hold a certificate', () => {
    const yaml = `${MINIMAL.replace('{main: main.py}', '{files: {/a: {chain: [x], format: der}, /b: {key: x}}}')}pki:
  imported: {x: {certificate: main.py}}
hosts:
  h: {address: 203.0.113.10, services: [{type: https, certificate: x}]}
`;
    assert.deepEqual(problemsOf(yaml), [
      '4:45: devices.sensor.files./a: a chain needs PEM; a DER file holds one certificate',
      "4:61: devices.sensor.files./b.key: 'x' was imported without its key",
      "8:68: hosts.h.services[0].certificate: 'x' was imported without its key",
    ]);
  });

  it('refuses certificates and keys from files that cannot be read, or do not fit each other', () => {
    const spec = { subject: 'CN=x', serialNumber: 1, notBefore: 0, notAfter: 2e9 };
    const [one, two] = [1, 2].map((byte) =>
      nodeProvider.generateEcKey('secp256r1', new Uint8Array(40).fill(byte)),
    );
    const certificate = buildCertificate(
      { ...spec, publicKey: one!.publicKey, signer: { key: one! } },
      nodeProvider,
    );
    const keyPem = (key: PrivateKey) => encodePem('PRIVATE KEY', encodePrivateKey(key, 'pkcs8'));
    const files = {
      'main.py': '',
      'good.pem': encodePem('CERTIFICATE', certificate),
      'broken.pem': encodePem('CERTIFICATE', certificate.slice(0, 100)),
      'one.key': keyPem(one!),
      'two.key': keyPem(two!),
      'junk.key': 'junk',
    };
    const yaml = `${MINIMAL}pki:
  imported:
    fits: {certificate: good.pem, key: one.key}
    alone: {certificate: good.pem}
    other: {certificate: good.pem, key: two.key}
    junk: {certificate: good.pem, key: junk.key}
    broken: {certificate: broken.pem}
    empty: {certificate: main.py}
`;
    const problems = problemsOf(yaml, files);
    assert.equal(
      problems[0],
      '9:41: pki.imported.other.key: cannot use two.key: it does not belong to good.pem',
    );
    assert.match(problems[1]!, /^10:40: pki\.imported\.junk\.key: cannot use junk\.key: /);
    assert.match(problems[2]!, /^11:27: pki\.imported\.broken\.certificate: cannot use broken\.pem: /);
    assert.match(problems[3]!, /^12:26: pki\.imported\.empty\.certificate: cannot use main\.py: /);
    assert.equal(problems.length, 4);
  });

  it('reports broken YAML with its place', () => {
    const [problem, ...others] = problemsOf('title: "x\nwhy: y\n');
    assert.match(problem!, /^\d+:\d+: Missing closing "quote/);
    assert.deepEqual(others, []);
    assert.deepEqual(problemsOf(`${MINIMAL}title: again\n`), ['5:1: Map keys must be unique']);
  });

  it('reports an empty file, and one that is no mapping', () => {
    assert.deepEqual(problemsOf(''), ['1:1: the scenario: expected a mapping, not nothing']);
    assert.deepEqual(problemsOf('- a\n'), ['1:1: the scenario: expected a mapping, not a list']);
  });

  it('reports a file that is not there, and a folder in its place', () => {
    const missing = join(folder, 'nowhere/scenario.yaml');
    assert.throws(() => loadScenario(missing), { name: 'ScenarioError', message: /there is no such file$/ });
    mkdirSync(join(folder, 'odd/scenario.yaml'), { recursive: true });
    assert.throws(() => loadScenario(join(folder, 'odd/scenario.yaml')), { message: /that is a folder$/ });
  });
});
