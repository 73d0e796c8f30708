/** An empty project with the tarball of this one installed. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/project.ts';

/** What a command prints; any status but 0 fails the test. */
export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, npm_config_prefer_offline: 'true', ...env },
  });
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

export const TSC = join(projectRoot, 'node_modules/typescript/bin/tsc');

/** Leaves package.json, package-lock.json, the tarball and node_modules in the folder, which is there and empty. */
export function installPacked(folder: string): void {
  run(process.execPath, [TSC, '-p', 'src/build/tsconfig.types.json'], projectRoot);
  const packed = run(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--pack-destination', folder],
    projectRoot,
  );
  const [{ filename }] = JSON.parse(packed);
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'empty', type: 'module', private: true }),
  );
  run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', `./${filename}`], folder);
}
