/**
 * The snippets of docs/ci.md, tried with the commands they run: a project with the packed tool, a folder for each machine
 * as its checkout leaves it, and what a CI system hands from one machine to the next.
 */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { projectRoot } from '../support/project.ts';
import { installPacked, run } from './packed-project.ts';

const page = readFileSync(join(projectRoot, 'docs/ci.md'), 'utf8');
const snippets = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => parse(text!));
const snippet = (key: string) => snippets.find((each) => key in each);

const base = mkdtempSync(join(tmpdir(), 'ci-'));
after(() => rmSync(base, { recursive: true }));

/** A repository with one scenario of its own. */
const repository = join(base, 'repository');
const CHECKED_IN = ['package.json', 'package-lock.json', 'scenarios'];

before(() => {
  mkdirSync(repository);
  installPacked(repository);
  run('npx', ['tls-sandbox', 'init', 'scenarios/mine'], repository);
});

/** A machine as the checkout leaves it. */
function checkout(name: string): string {
  const machine = join(base, name);
  mkdirSync(machine);
  const tarballs = readdirSync(repository).filter((each) => each.endsWith('.tgz'));
  for (const each of [...CHECKED_IN, ...tarballs])
    cpSync(join(repository, each), join(machine, each), { recursive: true });
  return machine;
}

/** As GitHub's and GitLab's runners do: one shell a command, which ends at the first that fails. */
const shell = (command: string, cwd: string, env: NodeJS.ProcessEnv = {}) =>
  run('bash', ['-e', '-c', command], cwd, env);

/** The files of a folder that a pattern with one star names. */
function matching(folder: string, pattern: string): string[] {
  const [start, end] = pattern.split('*') as [string, string];
  return readdirSync(folder).filter((name) => name.startsWith(start) && name.endsWith(end));
}

interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly with?: { readonly path?: string };
}

describe('the GitHub Action of docs/ci.md', () => {
  const { scenarios, report } = snippet('jobs').jobs;
  const artifacts = join(base, 'artifacts');

  function runSteps(
    steps: readonly Step[],
    machine: string,
    matrix: Readonly<Record<string, unknown>>,
  ): string {
    let printed = '';
    for (const step of steps) {
      if (step.run !== undefined) {
        const command = step.run.replace(/\$\{\{ matrix\.(\w+) \}\}/g, (_, key) => String(matrix[key]));
        assert.doesNotMatch(command, /\$\{\{/, 'an expression that this test does not know');
        printed += shell(command, machine);
      } else if (step.uses?.startsWith('actions/upload-artifact')) {
        const files = matching(machine, step.with!.path!);
        assert.equal(files.length, 1, `nothing to upload: ${step.with!.path}`);
        for (const name of files) cpSync(join(machine, name), join(artifacts, name));
      } else if (step.uses?.startsWith('actions/download-artifact')) {
        for (const name of readdirSync(artifacts)) cpSync(join(artifacts, name), join(machine, name));
      }
    }
    return printed;
  }

  it('runs each shard on a machine of its own', () => {
    mkdirSync(artifacts);
    for (const shard of scenarios.strategy.matrix.shard) {
      assert.match(runSteps(scenarios.steps, checkout(`github-${shard}`), { shard }), /\d+ passed/);
    }
  });

  it('merges what they upload: the whole catalogue, and the scenario of the project', () => {
    const printed = runSteps(report.steps, checkout('github-report'), {});
    assert.match(printed, /✓ mine/);
    assert.match(printed, /✓ mode2-server-auth/);
    const count = readdirSync(join(projectRoot, 'scenarios')).length + 1;
    assert.match(printed, new RegExp(`^${count} passed`, 'm'));
  });
});

describe('the GitLab job of docs/ci.md', () => {
  const job = snippet('scenarios').scenarios;

  it('runs on as many machines as it asks for, and each leaves its report', () => {
    let total = 0;
    for (let index = 1; index <= job.parallel; index++) {
      const machine = checkout(`gitlab-${index}`);
      for (const command of job.script) {
        shell(command, machine, { CI_NODE_INDEX: String(index), CI_NODE_TOTAL: String(job.parallel) });
      }
      const report = readFileSync(join(machine, job.artifacts.reports.junit), 'utf8');
      total += [...report.matchAll(/<testcase /g)].length;
    }
    assert.equal(total, readdirSync(join(projectRoot, 'scenarios')).length + 1);
  });
});

describe('the Kubernetes Job of docs/ci.md', () => {
  const { completions, template } = snippet('kind').spec;
  const [container] = template.spec.containers;

  it('runs each index, and what they leave on the volume can be merged', () => {
    const results = join(base, 'results');
    mkdirSync(results);
    const [{ mountPath }] = container.volumeMounts;
    for (let index = 0; index < completions; index++) {
      const [program, ...options] = container.command as string[];
      const args = container.args.map((arg: string) => arg.replaceAll(mountPath, results));
      run(program!, [...options, ...args], repository, { JOB_COMPLETION_INDEX: String(index) });
      assert.ok(existsSync(join(results, `shard-${index}.json`)));
    }
    const merged = shell(`npx tls-sandbox merge ${results}/shard-*.json`, repository);
    assert.match(
      merged,
      new RegExp(`^${readdirSync(join(projectRoot, 'scenarios')).length + 1} passed`, 'm'),
    );
  });
});
