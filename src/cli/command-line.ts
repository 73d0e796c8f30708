import { whyUnwritable } from '../scenario/file-errors.ts';
import { EXIT, UsageError } from './exit-codes.ts';

/** Runs one command line. Sets `process.exitCode`; a misuse is one message on stderr, without a stack. */
export async function answer(run: () => Promise<unknown>): Promise<void> {
  leaveWhenPipeCloses();
  try {
    await run();
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** Errors of the tool's user, told by their message; by name, so that their modules need not be loaded. */
const EXPECTED: ReadonlySet<string> = new Set(['ScenarioError', 'CannotPlay']);

function report(error: unknown): number {
  if (error instanceof UsageError || (error instanceof Error && EXPECTED.has(error.name))) {
    process.stderr.write(`${error.message}\n`);
    return EXIT.usage;
  }
  const text = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`tls-sandbox has a defect; please report this:\n${text}\n`);
  return EXIT.failed;
}

/** Nobody is left to be told. */
function toldNobody(): void {}

/** A reader that closes the pipe early (`| head`) has what it wanted. */
function leaveWhenPipeCloses(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    process.stderr.write(`cannot write to standard output: ${whyUnwritable(error)}\n`);
    process.exit(EXIT.failed);
  });
  process.stderr.off('error', toldNobody).on('error', toldNobody);
}
