import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { nodeProvider } from '../../../emulator/crypto/node.node.ts';
import { lintProgram, type NamedFinding } from '../../lint/lint.ts';
import { PythonSyntaxError } from '../../lint/python/program.ts';
import { renderFindings } from '../../lint/render.ts';
import { lintScenario } from '../../lint/scenario.ts';
import { loadScenario } from '../../scenario/load.ts';
import { findTarget } from '../catalogue.ts';
import { drawOptions } from '../draw.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { readText } from '../files.ts';

export function define(command: Command): void {
  command
    .argument(
      '<program...>',
      'programs (FILE.py), or scenarios, of which it takes the programs and what lies in flash',
    )
    .option('--json', 'one JSON object a finding')
    .addHelpText('after', '\nExit status: 0 nothing found, 1 something found, 2 usage.')
    .action(async (programs: string[], { json }: { json?: boolean }) => {
      const findings: NamedFinding[] = [];
      for (const program of programs) findings.push(...(await lint(program)));
      process.stdout.write(
        json
          ? findings.map((finding) => `${JSON.stringify(finding)}\n`).join('')
          : renderFindings(findings, drawOptions()),
      );
      process.exitCode = findings.length === 0 ? EXIT.pass : EXIT.failed;
    });
}

async function lint(argument: string): Promise<NamedFinding[]> {
  const target = findTarget(argument);
  try {
    if ('scenario' in target) return lintScenario(loadScenario(target.scenario), nodeProvider);
    const folder = dirname(target.program);
    return lintProgram(target.program, readText(target.program), {
      readFile: (path) => contentsOf(join(folder, path)),
      clockIsSet: false,
    });
  } catch (error) {
    if (error instanceof PythonSyntaxError) throw new UsageError(error.message);
    throw error;
  }
}

/** The flash's root is the program's folder, where the file can be found before it is copied. */
function contentsOf(path: string): Uint8Array | undefined {
  return existsSync(path) && statSync(path).isFile() ? new Uint8Array(readFileSync(path)) : undefined;
}
