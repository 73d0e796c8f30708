/** Runs the chosen scenario, and says how it goes. */
import { formatDuration } from '../../../src/report/format.ts';
import {
  eventCount,
  isAtWork,
  runScenario,
  traceEvents,
  type WorldState,
  world,
  worldState,
  worldTime,
} from '../state/run.ts';
import { settings } from '../state/settings.ts';
import { source } from '../state/source.ts';
import { stepName } from '../world/steps.ts';

export function RunBar() {
  const { phase } = worldState.value;
  const atWork = isAtWork(phase) || phase === 'starting';
  const next = source.value;
  const run = (pace: 'run' | 'step') => next && runScenario(next, settings.value, pace);
  return (
    <div class="run-bar" role="toolbar" aria-label="Run">
      <button type="button" class="strong" disabled={next === undefined} onClick={() => run('run')}>
        ▶ Run
      </button>
      <button
        type="button"
        disabled={next === undefined || phase === 'starting'}
        title="Go on to the next message of the handshake"
        onClick={() => (atWork && !worldState.value.live ? world.control('step') : run('step'))}
      >
        ⇥ Step
      </button>
      <button
        type="button"
        class="wide-word"
        disabled={!atWork || worldState.value.live}
        onClick={() => world.control(phase === 'paused' ? 'continue' : 'pause')}
      >
        {phase === 'paused' ? 'Continue' : 'Pause'}
      </button>
      <button type="button" disabled={!atWork} onClick={() => world.stop()}>
        ■ Stop
      </button>
      <output class="status" aria-live="polite">
        <Status state={worldState.value} />
      </output>
    </div>
  );
}

function Status({ state }: { state: WorldState }) {
  const { phase, verdict, message, live } = state;
  switch (phase) {
    case 'none':
      return null;
    case 'starting':
      return <>begins …</>;
    case 'running':
      return live ? <span class="good">live</span> : <>at {time()}</>;
    case 'paused':
      return (
        <>
          paused at {time()}
          {lastStep()}
        </>
      );
    case 'reading':
      return <>the program reads: type in the terminal</>;
    case 'refused':
    case 'broken':
      return (
        <span class="bad" title={message}>
          {phase === 'refused' ? 'the scenario cannot run' : 'a defect of the emulator'}
        </span>
      );
    case 'over':
      if (verdict === undefined) return <>stopped at {time()}</>;
      return verdict.passed ? (
        <span class="good">✓ as expected, {time()}</span>
      ) : (
        <span class="bad">✗ not as expected, {time()}</span>
      );
  }
}

/** What was shown last of what a step ends with. */
function lastStep(): string {
  const names = traceEvents().slice(0, eventCount.value).map(stepName);
  const last = names.findLast((name) => name !== undefined);
  return last === undefined ? '' : `: ${last}`;
}

function time(): string {
  return formatDuration(worldTime.value);
}
