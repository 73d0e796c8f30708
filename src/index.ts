/**
 * The library: scenarios in a test runner of one's own.
 *
 *     const scenario = defineScenario({ title, why, devices, … }, { from: import.meta.url });
 *     assertPassed(await runScenario(scenario));
 */
export type { Nanoseconds, UnixSeconds } from '../emulator/world/time.ts';
export type { TraceEvent, TraceEventOf, TraceEventType } from '../emulator/world/trace-events.ts';
export { assertPassed, renderFailures, ScenarioFailed } from './scenario/assert.ts';
export { type DefineOptions, defineScenario } from './scenario/define.ts';
export { closeDeviceWorkers } from './scenario/device-workers.ts';
export type { Failure } from './scenario/expect/failure.ts';
export { type LoadedScenario, loadScenario } from './scenario/load.ts';
export { ScenarioError } from './scenario/problem.ts';
export { type RunOptions, type RunResult, runScenario } from './scenario/run.ts';
export type { Scenario, ScenarioInput } from './scenario/schema.ts';
export { type HandshakeSummary, summariseHandshakes } from './scenario/summary.ts';
