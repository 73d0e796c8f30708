import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot } from '../support/project.ts';

/** Packages that a source file pulls in when it is loaded, through whatever it imports. */
function packagesLoadedBy(file: string, seen = new Set<string>()): Set<string> {
  const packages = new Set<string>();
  seen.add(file);
  for (const [, typeOnly, name] of readFileSync(file, 'utf8').matchAll(
    /^(?:import|export) (type )?[^;]*? from '([^']+)';/gm,
  )) {
    if (typeOnly) continue;
    if (!name!.startsWith('.')) packages.add(name!);
    else if (!seen.has(join(dirname(file), name!))) {
      for (const found of packagesLoadedBy(join(dirname(file), name!), seen)) packages.add(found);
    }
  }
  return packages;
}

const provider = (name: string): string => join(projectRoot, 'emulator/crypto', name);

describe('what a start pays for cryptography', () => {
  it('is node:crypto alone with the node provider', () => {
    assert.deepEqual([...packagesLoadedBy(provider('node.node.ts'))], ['node:crypto']);
  });

  it('is nothing of Node with the noble provider', () => {
    const packages = [...packagesLoadedBy(provider('noble.ts'))];
    assert.ok(packages.length > 0);
    assert.ok(
      packages.every((name) => name.startsWith('@noble/')),
      packages.join(),
    );
  });
});
