import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { folder, tool } from './tool.ts';

const NAMES = ['alpha', 'beta', 'gamma', 'delta', 'omega'];

/** Five small scenarios in a catalogue of their own; gamma fails. */
before(() => {
  for (const name of NAMES) {
    const here = join(folder, 'scenarios', name);
    mkdirSync(here, { recursive: true });
    writeFileSync(join(here, 'main.py'), `print('${name}')\n`);
    writeFileSync(
      join(here, 'scenario.yaml'),
      `title: The one called ${name}
why: To be run.
tags: [${name.length === 5 ? 'five' : 'four'}]
devices: {sensor: {}}
expect:
  devices:
    sensor:
      output: {lines: [${name === 'gamma' ? 'something <else>' : name}]}
`,
    );
  }
});

/** Ours alone: those that come with the tool have other titles. */
function test(...args: string[]) {
  return tool(['test', '-g', '^The one called', ...args]);
}

function passedNames(stdout: string): string[] {
  return [...stdout.matchAll(/^[✓✗] (\S+)/gm)].map((match) => match[1]!);
}

function results(stdout: string): { name: string; passed: boolean }[] {
  return JSON.parse(stdout).results;
}

describe('tls-sandbox test', () => {
  it('tells the results in one order, however many run at once', () => {
    const sorted = [...NAMES].sort();
    assert.deepEqual(passedNames(test('--workers', '1').stdout), sorted);
    assert.deepEqual(passedNames(test('--workers', '3').stdout), sorted);
  });

  it('selects by pattern and by tag', () => {
    assert.deepEqual(passedNames(test('--tag', 'four').stdout), ['beta']);
    assert.deepEqual(passedNames(tool(['test', '-g', 'called (beta|OMEGA)']).stdout), ['beta', 'omega']);
    const none = tool(['test', '-g', 'nothing like it']);
    assert.equal(none.status, 2);
    assert.equal(none.stderr, 'no scenario is left by these filters\n');
  });

  it('splits into shards that together are everything, and merges their reports', () => {
    const files = [1, 2].map((index) => {
      const { stdout } = test('--shard', `${index}/2`, '--reporter', 'json');
      writeFileSync(join(folder, `shard-${index}.json`), stdout);
      return `shard-${index}.json`;
    });
    const merged = tool(['merge', ...files.reverse(), '--reporter', 'json']);
    assert.equal(merged.status, 1);
    assert.deepEqual(
      results(merged.stdout).map(({ name, passed }) => [name, passed]),
      results(test('--reporter', 'json').stdout).map(({ name, passed }) => [name, passed]),
    );
    const twice = tool(['merge', files[0]!, files[0]!]);
    assert.equal(twice.status, 2);
    assert.match(twice.stderr, /is in two of the files/);
  });

  it('ends after the first failure with --bail', () => {
    for (const workers of ['1', '2'])
      assert.deepEqual(passedNames(test('--bail', '--workers', workers).stdout), [
        'alpha',
        'beta',
        'delta',
        'gamma',
      ]);
  });

  it('says how many it did not run after a failure', () => {
    assert.match(test('--bail').stdout, /^3 passed, 1 failed, 1 not run \(5 in /m);
  });

  it('runs again what fails, as often as it is told', () => {
    const { results } = JSON.parse(test('--retries', '2', '--reporter', 'json').stdout);
    assert.deepEqual(
      results.map(({ attempts }: { attempts: number }) => attempts),
      [1, 1, 1, 3, 1],
    );
  });

  it('refuses a reporter or a shard that there is not', () => {
    const reporter = tool(['test', '--reporter', 'jnuit']);
    assert.equal(reporter.status, 2);
    assert.match(reporter.stderr, /There is no reporter 'jnuit' — did you mean 'junit'\?/);
    assert.equal(tool(['test', '--shard', '3/2']).status, 2);
    assert.match(tool(['test', '--reporter', 'json,junit']).stderr, /--output must say where/);
    const list = tool(['test', '--reporter', 'list', '--output', 'report.txt']);
    assert.equal(list.status, 2);
    assert.match(list.stderr, /--output is for json, junit and html: list goes to standard output/);
    const workers = tool(['test', '--workers', '0']);
    assert.equal(workers.status, 2);
    assert.match(workers.stderr, /Expected a whole number from 1/);
  });

  it('writes the snapshots that are asked for, and compares with them', () => {
    const here = join(folder, 'snap');
    assert.equal(tool(['init', 'snap']).status, 0);
    const yaml = join(here, 'scenario.yaml');
    writeFileSync(yaml, `${readFileSync(yaml, 'utf8')}  snapshot: true\n`);
    assert.match(tool(['test', 'snap']).stdout, /test --update-snapshots writes it/);
    assert.equal(tool(['test', 'snap', '--update-snapshots']).status, 0);
    assert.equal(tool(['test', 'snap', '--seed', '9']).status, 0);
    writeFileSync(
      yaml,
      readFileSync(yaml, 'utf8')
        .replace('key: ec', '')
        .replace('{issuer: root, ', '{issuer: root, key: rsa-2048, '),
    );
    const { status, stdout } = tool(['test', 'snap']);
    assert.equal(status, 1);
    assert.match(stdout, /snapshot\.json, line \d+\n +expected .*ECDSA.*\n +observed .*RSA/);
  });
});

describe('reports', () => {
  it('are XML for Jenkins and GitLab, annotations for GitHub, dots for the impatient', () => {
    const junit = test('--reporter', 'junit').stdout;
    assert.match(junit, /<testsuites name="tls-sandbox" tests="5" failures="1"/);
    assert.match(junit, /<testcase name="alpha" .*\/>/);
    assert.match(
      junit,
      /<failure message="sensor: output, line 1" type="expectation">expected: something &lt;else&gt;/,
    );
    const github = test('--reporter', 'github').stdout;
    assert.match(
      github,
      /^::error file=scenarios\/gamma\/scenario\.yaml,line=8,title=gamma%3A sensor%3A output%2C line 1::expected something <else>%0Aobserved gamma$/m,
    );
    assert.match(test('--reporter', 'dot').stdout, /^···✗·\n/);
  });

  it('are a page that stands alone: no script, nothing from elsewhere, nothing of a run as markup', () => {
    assert.equal(test('--reporter', 'list,html,junit', '--output', 'reports').status, 1);
    const page = readFileSync(join(folder, 'reports/report.html'), 'utf8');
    // The name of a namespace is no address that anybody fetches.
    const written = page.replaceAll('xmlns="http://www.w3.org/2000/svg"', '');
    assert.doesNotMatch(written, /<script|<link|<img|url\(|@import|https?:/);
    assert.match(page, /something &lt;else&gt;/);
    assert.doesNotMatch(page, /<else>/);
    for (const name of NAMES) assert.ok(page.includes(`<b>${name}</b>`), name);
    assert.match(readFileSync(join(folder, 'reports/junit.xml'), 'utf8'), /^<\?xml/);
  });
});
