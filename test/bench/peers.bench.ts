/**
 * TLS clients in JavaScript by others and ours, each against the same server, node:tls, with the same certificates:
 * an intermediate and a root above the server's, verified with its name. What is timed is both ends together.
 */
import tls from 'node:tls';
import { nobleProvider } from '../../emulator/crypto/noble.ts';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import { TLS12, TLS13 } from '../../emulator/tls/versions.ts';
import { EC_PKI, RSA_PKI } from './chains.ts';
import { type Batch, measure, type Row, rates, report } from './measure.ts';
import { serverOptions } from './node-tls.ts';
import type { Setting } from './ours.ts';
import { forgeClient, ours, reclaimClient, subtlsClient } from './peers/clients.ts';
import { type Connect, connectTo } from './peers/link.ts';
import {
  loadForge,
  loadReclaim,
  loadReclaimCrypto,
  loadSubtls,
  peersAreInstalled,
} from './peers/packages.ts';

interface Contest {
  readonly peer: string;
  readonly work: string;
  readonly connect: Connect;
  readonly server: tls.TlsOptions;
  readonly setting: Setting;
}

const IN_12 = { version: TLS12, suite: 0xc02b, mutual: false, pki: EC_PKI };
const IN_13 = { version: TLS13, suite: 0x1301, mutual: false, pki: EC_PKI };
const RSA = { version: TLS12, suite: 0x002f, mutual: false, pki: RSA_PKI };

const SERVER_12 = serverOptions({ ...IN_12, cipher: 'ECDHE-ECDSA-AES128-GCM-SHA256' });
const SERVER_13 = serverOptions({ ...IN_13, cipher: 'TLS_AES_128_GCM_SHA256' });
/** What is as old as TLS 1.1 has to be asked for. */
const SERVER_11: tls.TlsOptions = {
  ...serverOptions({ ...RSA, cipher: 'AES128-SHA:@SECLEVEL=0' }),
  minVersion: 'TLSv1.1',
};

async function contests(): Promise<readonly Contest[]> {
  const [forge, subtls, reclaim, { web, pure }] = [
    loadForge(),
    await loadSubtls(),
    await loadReclaim(),
    await loadReclaimCrypto(),
  ];
  const reclaimIn12 = (crypto: unknown): Connect =>
    reclaimClient(reclaim, EC_PKI, {
      crypto,
      version: 'TLS1_2',
      suite: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
    });
  const reclaimIn13 = (crypto: unknown): Connect =>
    reclaimClient(reclaim, EC_PKI, { crypto, version: 'TLS1_3', suite: 'TLS_AES_128_GCM_SHA256' });
  const in12 = { work: 'TLS 1.2', server: SERVER_12, setting: IN_12 };
  const in13 = { work: 'TLS 1.3', server: SERVER_13, setting: IN_13 };
  return [
    { peer: 'subtls (WebCrypto)', connect: await subtlsClient(subtls, EC_PKI), ...in13 },
    { peer: '@reclaimprotocol/tls (WebCrypto)', connect: reclaimIn12(web), ...in12 },
    { peer: '@reclaimprotocol/tls (WebCrypto)', connect: reclaimIn13(web), ...in13 },
    { peer: '@reclaimprotocol/tls (pure JS)', connect: reclaimIn12(pure), ...in12 },
    { peer: '@reclaimprotocol/tls (pure JS)', connect: reclaimIn13(pure), ...in13 },
    {
      peer: 'node-forge',
      connect: forgeClient(forge, RSA_PKI),
      work: 'RSA key exchange',
      server: SERVER_11,
      setting: RSA,
    },
  ];
}

function batch(server: tls.Server, connect: Connect): Batch {
  return async (calls) => {
    for (let i = 0; i < calls; i++) await connectTo(server, connect);
  };
}

async function compare({ peer, work, connect, setting, ...rest }: Contest): Promise<Row> {
  const server = tls.createServer(rest.server);
  const times = await measure(
    {
      theirs: batch(server, connect),
      node: batch(server, ours(nodeProvider, setting)),
      noble: batch(server, ours(nobleProvider, setting)),
    },
    100,
  );
  return { peer, work, ...rates('theirs', times) };
}

const NOTES = `
subtls: a client of TLS 1.3 with one suite and one group; no client certificates.
@reclaimprotocol/tls: a client of TLS 1.2 and 1.3; client certificates are always empty.
node-forge: TLS 1.0 and 1.1 with RSA key exchange and CBC; ours does the same in TLS 1.2.`;

if (peersAreInstalled()) {
  const rows: Row[] = [];
  for (const contest of await contests()) rows.push(await compare(contest));
  report('clients against node:tls, processor time of both ends', rows);
  if (!process.argv.includes('--json')) console.log(NOTES);
} else {
  console.error('peers are not installed; to compare with them: npm run bench -- peers --peers');
}
