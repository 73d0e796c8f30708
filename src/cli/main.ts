#!/usr/bin/env node
import { deviceWorkers } from '../scenario/device-workers.ts';

const args = process.argv.slice(2);
// A worker takes longer to load MicroPython than the tool to read a scenario, so it starts before anything
// else is even imported; the two then load side by side.
if (args.includes('run') || args.includes('test')) deviceWorkers().start(1);

const { main } = await import('./program.ts');
await main(args);
