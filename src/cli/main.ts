#!/usr/bin/env node
import module from 'node:module';
import { deviceWorkers } from '../scenario/device-workers.ts';

// Node 22.8 and later keep compiled code from run to run; older ones compile again.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();

const args = process.argv.slice(2);
// A worker takes longer to load MicroPython than the tool to read a scenario, so it starts before anything
// else is even imported; the two then load side by side.
if (args[0] === 'micropython') deviceWorkers({ compileAhead: false }).start(1);
else if (['run', 'compare'].some((command) => args.includes(command))) deviceWorkers().start(1);

const { main } = await import('./program.ts');
await main(args);
