/** The library: what a test runner or a script of one's own needs to load scenarios, run them and read what happened. */
export type { Nanoseconds, UnixSeconds } from '../emulator/world/time.ts';
export type { TraceEvent, TraceEventOf, TraceEventType } from '../emulator/world/trace-events.ts';
export type { Failure } from './scenario/expect/failure.ts';
export { type LoadedScenario, loadScenario } from './scenario/load.ts';
export { ScenarioError } from './scenario/problem.ts';
export { type RunOptions, type RunResult, runScenario } from './scenario/run.ts';
export type { Scenario, ScenarioInput } from './scenario/schema.ts';
export { type HandshakeSummary, summariseHandshakes } from './scenario/summary.ts';
