import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import { shownChains } from '../../src/report/certificates.ts';
import { renderTracePage } from '../../src/report/html/page.ts';
import { parseJsonLines, renderJsonLines } from '../../src/report/json-lines.ts';
import { renderPcapng } from '../../src/report/pcapng.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { eventsOf, explained } from '../capture/support.ts';

after(() => closeDeviceWorkers());

async function judged(name: string): Promise<string[][]> {
  const chains = shownChains(await eventsOf(name), nodeProvider);
  return chains.map(({ judgements }) => judgements.map(({ profile, outcome }) => `${profile} ${outcome}`));
}

describe('the certificates of a run', () => {
  it('are judged by both profiles, whoever judged in the run', async () => {
    assert.deepEqual(await judged('mode3-mutual-tls'), [
      ['mbedtls accepted', 'rfc5280 accepted'],
      ['mbedtls accepted', 'rfc5280 accepted'],
    ]);
    assert.deepEqual(await judged('expired-certificate'), [['mbedtls refused', 'rfc5280 refused']]);
    assert.deepEqual(await judged('mode1-no-auth'), [['mbedtls ignored', 'rfc5280 refused']]);
  });

  it('show where the board is laxer than the RFC', async () => {
    assert.deepEqual(await judged('cert-name-constraints-unchecked'), [
      ['mbedtls accepted', 'rfc5280 refused'],
    ]);
    const page = renderTracePage(await eventsOf('cert-name-constraints-unchecked'), nodeProvider);
    assert.match(page, /RFC 5280 \(strict\): refused \(asked by this report\)/);
    assert.match(page, /<th>name constraints<\/th><td><div class="quiet">– .*?<\/td><td><div class="bad">✗ /);
  });

  it('have fields, extensions and a fingerprint', async () => {
    const page = renderTracePage(await eventsOf('mode2-server-auth'), nodeProvider);
    for (const text of [
      '<h4>0: CN=api.example.com</h4>',
      '<th>issuer</th><td>CN=Sandbox Issuing CA, O=Sandbox</td>',
      '<th>key</th><td>EC, secp256r1</td>',
      '<th>keyUsage (critical)</th><td>digitalSignature</td>',
      '<th>subjectAltName</th><td>api.example.com</td>',
    ]) {
      assert.ok(page.includes(text), text);
    }
    assert.match(page, /<th>SHA-256<\/th><td>([0-9a-f]{2}:){31}[0-9a-f]{2}<\/td>/);
    assert.match(page, /<b>extension<\/b> server_name <small>RFC 6066 §3<\/small>/);
  });

  it('are the same in a trace that was stored, and in a capture without verdicts', async () => {
    const events = await eventsOf('mode2-server-auth');
    assert.deepEqual(
      shownChains(parseJsonLines(renderJsonLines(events)), nodeProvider).map(({ judgements }) => judgements),
      shownChains(events, nodeProvider).map(({ judgements }) => judgements),
    );
    const [captured] = shownChains(explained(renderPcapng(events)), nodeProvider);
    assert.deepEqual(captured!.judgements, []);
    assert.deepEqual(captured!.chain, shownChains(events, nodeProvider)[0]!.chain);
  });
});
