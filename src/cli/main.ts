#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { loadBundle } from '../../emulator/device/compiled.node.ts';
import { NodeWorkerPool, type NodeWorkerPoolOptions } from '../../emulator/device/spawn.node.ts';

/** Two bundles: a program that waits already should not wait for scenarios, certificates and reports, too. */
type Cli = typeof import('./program.ts');
type MicroPythonCommand = typeof import('./micropython/main.ts');

const args = process.argv.slice(2);
// A worker takes longer to load MicroPython than the tool to read a scenario, so it starts before anything
// else is even loaded; the two then load side by side.
if (args[0] === 'micropython') {
  const workers = startWorker({ compileAhead: false });
  void load<MicroPythonCommand>('micropython').main(args.slice(1), workers);
} else {
  const needsWorker = ['run', 'compare'].some((command) => args.includes(command));
  const workers = needsWorker ? startWorker({}) : undefined;
  void load<Cli>('cli').main(args, workers);
}

function startWorker(options: NodeWorkerPoolOptions): NodeWorkerPool {
  const pool = new NodeWorkerPool(options);
  pool.start(1);
  return pool;
}

function load<Exports>(name: string): Exports {
  return loadBundle<Exports>(fileURLToPath(new URL(`${name}-bundle.cjs`, import.meta.url)));
}
