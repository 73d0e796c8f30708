/** The steps of a scenario, one after another, on the world's clock. */
import type { Failure } from '../expect/failure.ts';
import { kindOf, type StepSpec } from '../schema/steps.ts';
import { makeStep } from './kinds.ts';
import type { Stage, Step } from './step.ts';

export class Script {
  private readonly specs: readonly StepSpec[];
  private readonly steps: readonly Step[];
  private readonly stage: Stage;
  private current = 0;

  constructor(specs: readonly StepSpec[], stage: Stage) {
    const only = [...stage.devices.keys()][0]!;
    this.specs = specs;
    this.steps = specs.map((spec) => makeStep(spec, only));
    this.stage = stage;
  }

  get isDone(): boolean {
    return this.current >= this.steps.length;
  }

  start(): void {
    const step = this.steps[this.current];
    if (step === undefined) return;
    const { world } = this.stage;
    const { at = 0 } = this.specs[this.current]!;
    // Through the world's queue even when it is due: a step that sees output must not act in the middle of it.
    world.after(at - world.now, () => {
      step.begin(this.stage, () => {
        this.current++;
        this.start();
      });
    });
  }

  /** The step the run ended before, if there is one; those after it never had their turn. */
  unfinished(): Failure[] {
    const step = this.steps[this.current];
    if (step === undefined) return [];
    const kind = kindOf(this.specs[this.current]!);
    return [
      {
        what: `step ${this.current + 1}, ${kind}`,
        ...step.missed(this.stage),
        at: ['steps', this.current],
        moment: this.stage.world.trace.events.at(-1),
      },
    ];
  }
}
