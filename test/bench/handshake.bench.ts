/**
 * Whole handshakes, both ends in this process and in memory: ECDHE-ECDSA on P-256 with AES-256-GCM, each chain a
 * leaf under an intermediate and a root, verified by its reader. No session is resumed. Three signatures are
 * verified and one is made for one-sided authentication, twice as many for mutual.
 */
import { cpus } from 'node:os';
import tls from 'node:tls';
import { nobleProvider } from '../../emulator/crypto/noble.ts';
import { nodeProvider } from '../../emulator/crypto/node.node.ts';
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import { TLS12, TLS13 } from '../../emulator/tls/versions.ts';
import { EC_PKI } from './chains.ts';
import { type Batch, measure, type Row, rates, repeated, report } from './measure.ts';
import { clientContext, type NodeSetting, nodeHandshake, serverOptions } from './node-tls.ts';
import { handshake, ourClient, ourServer, type Setting } from './ours.ts';

const TURN_MS = 100;

const IN_12 = { version: TLS12, suite: 0xc02c, cipher: 'ECDHE-ECDSA-AES256-GCM-SHA384', pki: EC_PKI };
const IN_13 = { version: TLS13, suite: 0x1302, cipher: 'TLS_AES_256_GCM_SHA384', pki: EC_PKI };

const SETTINGS: readonly (Setting & NodeSetting & { readonly name: string })[] = [
  { name: 'TLS 1.2', ...IN_12, mutual: false },
  { name: 'TLS 1.3', ...IN_13, mutual: false },
  { name: 'TLS 1.2, mutual', ...IN_12, mutual: true },
  { name: 'TLS 1.3, mutual', ...IN_13, mutual: true },
];

function ours(crypto: CryptoProvider, setting: Setting): Batch {
  return repeated(() => handshake(ourClient(crypto, setting), ourServer(crypto, setting), setting));
}

function theirs(setting: NodeSetting): Batch {
  const context = clientContext(setting);
  const server = tls.createServer(serverOptions(setting));
  return async (calls) => {
    for (let i = 0; i < calls; i++) await nodeHandshake(context, server);
  };
}

async function compare({ name, ...setting }: (typeof SETTINGS)[number]): Promise<Row> {
  const times = await measure(
    { node: ours(nodeProvider, setting), theirs: theirs(setting), noble: ours(nobleProvider, setting) },
    TURN_MS,
  );
  return { handshakes: name, ...rates('node:tls', times) };
}

const rows: Row[] = [];
for (const setting of SETTINGS) rows.push(await compare(setting));
report(`Node ${process.version}, OpenSSL ${process.versions.openssl}, ${cpus()[0]!.model}`, rows);
