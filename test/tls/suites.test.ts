import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { traitsOf } from '../../emulator/tls/key-exchanges.ts';
import { PEER_SUITES } from '../../emulator/tls/peer-suites.ts';
import { PROFILES } from '../../emulator/tls/profiles.ts';
import { describeSuite, SUITES, suiteById } from '../../emulator/tls/suites.ts';
import { sharedFolder, skipUnless } from '../support/project.ts';

/** What the device offers when it has no pre-shared key. */
const CERTIFICATE_SUITES = SUITES.filter((suite) => !traitsOf(suite).psk);

const FACTS = join(sharedFolder, 'facts/esp32-tls.md');
const facts = existsSync(FACTS) ? readFileSync(FACTS, 'utf8') : '';

describe('the suites of the ESP32 build', () => {
  it('are 88, of which 58 need no pre-shared key', () => {
    assert.equal(SUITES.length, 88);
    assert.equal(CERTIFICATE_SUITES.length, 58);
    assert.equal(new Set(SUITES.map((suite) => suite.id)).size, 88);
  });

  it('have the names of get_ciphers() in its order', { skip: skipUnless(FACTS) }, () => {
    const names = facts
      .split('\n')
      .filter((line) => /^\d\. /.test(line))
      .flatMap((line) => line.slice(3).split(', '))
      .map((name) => `TLS-${name.trim()}`);
    assert.deepEqual(
      SUITES.map((suite) => suite.mbedtlsName),
      names,
    );
  });

  it('have the ids of the hello in its order, and so its JA3', { skip: skipUnless(FACTS) }, () => {
    const [, ja3] = /^JA3 `([^`]+)`/m.exec(facts)!;
    const [, md5] = /MD5 `([0-9a-f]{32})`/.exec(facts)!;
    const ids = CERTIFICATE_SUITES.map((suite) => suite.id).join('-');
    assert.equal(ja3!.split(',')[1], `${ids}-255`);
    const ours = ['771', `${ids}-255`, '0-10-13-11-22-23-35', '23-24-25', '0'].join(',');
    assert.equal(createHash('md5').update(ours).digest('hex'), md5);
  });

  it('say of themselves what they consist of', () => {
    assert.deepEqual(suiteById(0xc028), {
      id: 0xc028,
      name: 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384',
      mbedtlsName: 'TLS-ECDHE-RSA-WITH-AES-256-CBC-SHA384',
      keyExchange: 'ECDHE_RSA',
      cipher: 'AES_256_CBC',
      macHash: 'sha384',
      prfHash: 'sha384',
    });
    assert.equal(suiteById(0xc0af)!.prfHash, 'sha256');
    assert.equal(describeSuite(0x00ff), 'TLS_EMPTY_RENEGOTIATION_INFO_SCSV');
    assert.equal(describeSuite(0xeeee), 'unknown suite 0xeeee');
  });
});

describe('the suites for peers alone', () => {
  it('are none of the device, and say so', () => {
    const ids = new Set(SUITES.map((suite) => suite.id));
    for (const suite of PEER_SUITES) {
      assert.ok(!ids.has(suite.id), suite.name);
      assert.equal(describeSuite(suite.id), `${suite.name} (no stock ESP32 speaks it)`);
    }
    assert.ok(PROFILES.mbedtls.suites.every((id) => ids.has(id)));
  });

  it('have the ids that IANA gives', () => {
    assert.equal(suiteById(0xcca8)!.name, 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256');
    assert.equal(suiteById(0xd001)!.name, 'TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256');
    assert.equal(suiteById(0xc018)!.name, 'TLS_ECDH_anon_WITH_AES_128_CBC_SHA');
    assert.equal(suiteById(0x003b)!.name, 'TLS_RSA_WITH_NULL_SHA256');
  });
});
