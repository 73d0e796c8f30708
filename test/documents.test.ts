import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot } from './support/project.ts';

const pages = ['README.md', ...readdirSync(join(projectRoot, 'docs')).filter((name) => name.endsWith('.md'))]
  .map((name) => (name === 'README.md' ? name : `docs/${name}`))
  .map((name) => [name, readFileSync(join(projectRoot, name), 'utf8')] as const);

describe('the documents', () => {
  for (const [name, text] of pages) {
    it(`${name} links to what is there`, () => {
      for (const [, target] of text.matchAll(/\]\(((?!https?:)[^)#]+)\)/g))
        assert.ok(existsSync(join(projectRoot, dirname(name), target!)), target);
    });

    it(`${name} runs scenarios that are there`, () => {
      const run = /tls-sandbox (?:run|mirror|test|repl --scenario) ([a-z]\w*(?:-\w+)+)(?=\s|`|$)/gm;
      for (const [, scenario] of text.matchAll(run)) {
        const isReaders = scenario === 'my-scenario';
        assert.ok(isReaders || existsSync(join(projectRoot, 'scenarios', scenario!)), scenario);
      }
    });
  }

  it('are all named in README.md, or in a page', () => {
    const all = pages.map(([, text]) => text).join('\n');
    for (const [name] of pages.slice(1))
      assert.ok(all.includes(`](${name})`) || all.includes(`](${name.slice('docs/'.length)})`), name);
  });
});
