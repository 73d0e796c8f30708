/** A scenario run in Node: its crypto, its worker threads, its OpenSSL. */
import type { CryptoProvider } from '../../emulator/crypto/provider.ts';
import type { WorkerPool } from '../../emulator/device/worker-handle.ts';
import type { TlsEngine } from '../../emulator/hosts/tls-engine.ts';
import type { OpensslEngine } from '../peers/openssl-engine.ts';
import { deviceWorkers } from './device-workers.ts';
import type { LoadedScenario } from './parse.ts';
import type { PeerEngine } from './peer-engine.ts';
import {
  type Bench,
  buildBench,
  type Means,
  type RunResult,
  type SimulationOptions,
  simulate,
} from './simulate.ts';

export { DEFAULT_TIME_LIMIT, DEFAULT_TIMEOUT_MS, type RunResult } from './simulate.ts';

export interface RunOptions extends SimulationOptions {
  /** Who computes; the results are the same. By default `node`. */
  readonly crypto?: 'node' | 'noble';
  /** Who speaks TLS for the hosts: the emulator's own engine, which is the default, or OpenSSL, as far as it can. */
  readonly peerEngine?: PeerEngine;
  /** Where devices get their workers; by default the process's own pool. */
  readonly workers?: WorkerPool;
  /**
   * Waited for after each event, so that this process hears what else there is; its rejection ends the run. By default the
   * process hears nothing until the run is over.
   */
  readonly idle?: () => Promise<void>;
}

/** Milliseconds that a process which has something else to hear sleeps for a device that computes. */
const PATIENCE_MS = 20;

/**
 * Builds the world of a scenario, runs it to its end and holds the trace against the expectations.
 * Throws ScenarioError when it shall run without its defect and does not say how.
 */
export async function runScenario(loaded: LoadedScenario, options: RunOptions = {}): Promise<RunResult> {
  const { idle, ...rest } = options;
  const openssl = options.peerEngine === 'openssl' ? await loadOpenssl() : undefined;
  const means = {
    ...(await meansOf(options)),
    ...(idle && { idle, patienceMs: PATIENCE_MS }),
  };
  return simulate(loaded, rest, openssl === undefined ? means : withOpenssl(means, openssl));
}

function withOpenssl(means: Means, openssl: OpensslEngine): Means {
  const { idle = async () => {} } = means;
  return {
    ...means,
    tlsEngine: openssl,
    idle: async () => {
      await openssl.idle();
      await idle();
    },
  };
}

/** The world of a scenario and its devices, before anything has happened. */
export async function buildWorld(
  loaded: LoadedScenario,
  options: RunOptions = {},
  tlsEngine?: TlsEngine,
): Promise<Bench> {
  return buildBench(loaded, options, { ...(await meansOf(options)), ...(tlsEngine && { tlsEngine }) });
}

async function meansOf({ crypto = 'node', workers }: RunOptions) {
  return { crypto: await loadProvider(crypto), workers: workers ?? deviceWorkers() };
}

/** Loaded only where it is asked for. */
async function loadOpenssl(): Promise<OpensslEngine> {
  const { OpensslEngine } = await import('../peers/openssl-engine.ts');
  return new OpensslEngine();
}

async function loadProvider(name: 'node' | 'noble'): Promise<CryptoProvider> {
  if (name === 'node') return (await import('../../emulator/crypto/node.node.ts')).nodeProvider;
  return (await import('../../emulator/crypto/noble.ts')).nobleProvider;
}
