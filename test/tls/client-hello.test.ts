import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { clientHello } from '../../emulator/tls/messages/client-hello.ts';
import { extensionId } from '../../emulator/tls/messages/extensions.ts';
import { decodeMessage } from '../../emulator/tls/messages/handshake.ts';
import { SUITES, suiteById } from '../../emulator/tls/suites.ts';
import { sharedFolder, skipUnless } from '../support/project.ts';
import { CERTIFICATES } from './certificates.ts';
import { clientEnd, hex, NOW, PSK } from './support.ts';

const RECORDED = join(sharedFolder, 'fidelity/expected-clienthello.jsonl');

interface Recorded {
  readonly variant: string;
  readonly hex: string;
}

function recorded(): Recorded[] {
  if (!existsSync(RECORDED)) return [];
  return readFileSync(RECORDED, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

/** The random: 32 bytes after record header, message header and version. */
const RANDOM_START = 2 * (5 + 4 + 2);
const RANDOM_END = RANDOM_START + 64;

function withoutRandom(hello: string): string {
  return hello.slice(0, RANDOM_START) + '..'.repeat(32) + hello.slice(RANDOM_END);
}

function suiteIds(...mbedtlsNames: string[]): number[] {
  return mbedtlsNames.map((name) => SUITES.find((suite) => suite.mbedtlsName === name)!.id);
}

/** How each recorded hello was asked for, in the recorder's words. */
const VARIANTS: Readonly<Record<string, Parameters<typeof clientEnd>[0]>> = {
  'ssl CERT_REQUIRED host=api.example.com': { profile: 'mbedtls', serverName: 'api.example.com' },
  'ssl CERT_NONE no hostname': { profile: 'mbedtls' },
  'server_hostname=127.0.0.1': { profile: 'mbedtls', serverName: '127.0.0.1' },
  'set_ciphers 1 EC': {
    profile: 'mbedtls',
    serverName: 'api.example.com',
    suites: suiteIds('TLS-ECDHE-ECDSA-WITH-AES-128-GCM-SHA256'),
  },
  'set_ciphers 1 RSA kx': {
    profile: 'mbedtls',
    serverName: 'api.example.com',
    suites: suiteIds('TLS-RSA-WITH-AES-128-CBC-SHA'),
  },
  'with client cert loaded': {
    profile: 'mbedtls',
    serverName: 'api.example.com',
    credentials: CERTIFICATES.p256,
  },
  psk: { profile: 'mbedtls', serverName: 'api.example.com', psk: PSK },
  'tls cadata none 2nd run (randomness)': { profile: 'mbedtls', serverName: 'api.example.com' },
};

describe("the device's ClientHello", () => {
  for (const { variant, hex: expected } of recorded()) {
    it(`equals the recorded one: ${variant}`, () => {
      const client = clientEnd(VARIANTS[variant]!);
      client.tls.start();
      assert.equal(withoutRandom(hex(client.take())), withoutRandom(expected));
    });
  }

  it('is compared with recordings', { skip: skipUnless(RECORDED) }, () => {
    assert.equal(recorded().length, 8);
  });

  it('begins its random with the time of the clock', () => {
    const client = clientEnd({ profile: 'mbedtls' });
    client.tls.start();
    const random = hex(client.take()).slice(RANDOM_START, RANDOM_START + 8);
    assert.equal(Number.parseInt(random, 16), NOW);
  });

  it('is a record of 240 bytes with 59 suites for api.example.com', () => {
    const client = clientEnd({ profile: 'mbedtls', serverName: 'api.example.com' });
    client.tls.start();
    assert.equal(client.take().length, 240);
    const [message] = client.all('tls.message');
    assert.deepEqual(message!.summary, [
      'TLS 1.2',
      'server name api.example.com',
      '59 suites',
      'secp256r1, secp384r1, secp521r1',
    ]);
  });
});

/** What a hello holds: ids of its suites, and of its extensions in order. */
function contents(config: Parameters<typeof clientEnd>[0]): { suites: number[]; extensions: number[] } {
  const client = clientEnd(config);
  client.tls.start();
  client.take();
  const { bytes } = client.all('tls.message')[0]!;
  const hello = decodeMessage(clientHello, bytes).message!;
  return { suites: [...hello.suites], extensions: hello.extensions.map(extensionId) };
}

describe('the suites of a hello', () => {
  it('need a pre-shared key, or are left out', () => {
    const suites = suiteIds('TLS-PSK-WITH-AES-128-GCM-SHA256', 'TLS-RSA-WITH-AES-128-GCM-SHA256');
    assert.deepEqual(contents({ profile: 'mbedtls', suites }).suites, [0x009c, 0x00ff]);
    assert.deepEqual(contents({ profile: 'mbedtls', suites, psk: PSK }).suites, [0x00a8, 0x009c, 0x00ff]);
  });

  it('say, when none exchanges points, nothing of groups and formats', () => {
    const suites = suiteIds('TLS-PSK-WITH-AES-128-GCM-SHA256');
    assert.deepEqual(contents({ profile: 'mbedtls', suites, psk: PSK }).extensions, [13, 22, 23, 35]);
    const modern = contents({ profile: 'modern', suites, psk: PSK });
    assert.deepEqual(modern.extensions, [23, 0xff01, 13]);
  });

  it('are those with ChaCha20 too for a modern peer, and none that is for teaching', () => {
    const { suites } = contents({ profile: 'modern' });
    assert.deepEqual(suites.slice(-2), [0xcca9, 0xcca8]);
    assert.ok(suites.every((id) => !/anon|NULL|PSK/.test(suiteById(id)!.name)));
    assert.ok(contents({ profile: 'modern', psk: PSK }).suites.includes(0xccac));
  });

  it('cannot have an empty pre-shared key', () => {
    const psk = { identity: PSK.identity, key: new Uint8Array(0) };
    assert.throws(() => clientEnd({ profile: 'mbedtls', psk }), /psk\.key is empty/);
  });
});

describe("a modern peer's ClientHello", () => {
  it('carries no address as server name', () => {
    const client = clientEnd({ profile: 'modern', serverName: '127.0.0.1' });
    client.tls.start();
    const names = client.all('tls.message')[0]!.summary;
    assert.ok(names.includes('no server name'));
  });
});
