/**
 * Whole records of 16 KiB from the one program to the other through both engines, under AES-256-GCM, beside what
 * anything on node:crypto has to do for them: seal and open.
 */
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { nobleProvider } from '../../emulator/crypto/noble.ts';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { TLS12, TLS13 } from '../../emulator/tls/versions.ts';
import { Random } from '../../emulator/world/random.ts';
import { EC_PKI } from './chains.ts';
import { type Batch, measure, type Row, repeated, report } from './measure.ts';
import { carry, handshake, ourClient, ourServer, type Setting } from './ours.ts';

const LENGTH = 16_384;
const data = new Random(1).bytes(LENGTH);

function ours(provider: CryptoProvider, setting: Setting): Batch {
  // The device's profile would cut them into four.
  const client = ourClient(provider, setting, 'modern');
  const server = ourServer(provider, setting);
  handshake(client, server, setting);
  return repeated(() => {
    client.send(data);
    carry(client, server);
    assert.equal(server.read(LENGTH).length, LENGTH);
  });
}

function native(): Batch {
  const [secret, nonce, aad] = [new Uint8Array(32), new Uint8Array(12), new Uint8Array(13)];
  return repeated(() => {
    const cipher = crypto.createCipheriv('aes-256-gcm', secret, nonce).setAAD(aad);
    const sealed = Buffer.concat([cipher.update(data), cipher.final(), cipher.getAuthTag()]);
    const decipher = crypto.createDecipheriv('aes-256-gcm', secret, nonce).setAAD(aad);
    decipher.setAuthTag(sealed.subarray(LENGTH));
    return Buffer.concat([decipher.update(sealed.subarray(0, LENGTH)), decipher.final()]);
  });
}

async function compare(name: string, version: number, suite: number): Promise<Row> {
  const setting = { version, suite, mutual: false, pki: EC_PKI };
  const { node, crypto, noble } = await measure(
    { node: ours(nodeProvider, setting), crypto: native(), noble: ours(nobleProvider, setting) },
    20,
  );
  return {
    records: name,
    'node MB/s': LENGTH / node.processor,
    'node:crypto MB/s': LENGTH / crypto.processor,
    ratio: crypto.processor / node.processor,
    'noble MB/s': LENGTH / noble.processor,
  };
}

report(`records of ${LENGTH} B, AES-256-GCM`, [
  await compare('TLS 1.2', TLS12, 0xc02c),
  await compare('TLS 1.3', TLS13, 0x1302),
]);
