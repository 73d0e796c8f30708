/** `npm run fuzz`: the targets of the test, for as long as one likes. */
import { parseArgs } from 'node:util';
import { FuzzFailure, fuzz, renderStates } from './driver.ts';
import { makeTargets } from './targets.ts';

const USAGE = `npm run fuzz -- [--seconds N] [--inputs N] [--seed N] [--target NAME --only INDEX]
  Default: 60 seconds. A failure says which input of which target it was; --target and --only run it alone.`;

function main(): number {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      inputs: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      target: { type: 'string' },
      only: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const seed = Number(values.seed);
  const all = makeTargets(seed);
  const targets = all.filter(({ name }) => values.target === undefined || name === values.target);
  if (targets.length === 0) {
    console.error(
      `no target is called "${values.target}"; there are: ${all.map(({ name }) => name).join('; ')}`,
    );
    return 2;
  }
  if (values.only !== undefined) {
    console.log(targets[0]!.run(Number(values.only)));
    return 0;
  }
  console.log(`seed ${seed}`);
  const report = fuzz(targets, {
    seed,
    inputs: values.inputs === undefined ? Number.POSITIVE_INFINITY : Number(values.inputs),
    ...(values.inputs === undefined && { limit: 1_000 * Number(values.seconds) }),
    onProgress: (done) => process.stderr.write(`\r${done} inputs`),
  });
  process.stderr.write('\n');
  const share = Math.round((100 * report.deep) / report.inputs);
  console.log(
    `${report.inputs} inputs, ${share} % past the record parser, memory +${Math.round(report.growth / 1e6)} MB`,
  );
  console.log(renderStates(report));
  return 0;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(error instanceof FuzzFailure ? `\n${error.message}` : error);
  process.exitCode = error instanceof FuzzFailure ? 1 : 2;
}
