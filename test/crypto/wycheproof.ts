/**
 * Drives the providers with the cases of Project Wycheproof. A judge runs one case and says what the provider
 * made of it; it throws when an accepted case gives another result than the file says.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CryptoError, type CryptoProvider } from '../../emulator/crypto/provider.ts';
import { sharedFolder, skipUnless } from '../support/project.ts';
import { providers } from './support.ts';

export const WYCHEPROOF = join(sharedFolder, 'data/wycheproof');

/** One case. Which fields there are depends on the file; bytes are in hexadecimal. */
export interface Case {
  readonly tcId: number;
  readonly flags: readonly string[];
  readonly result: Verdict;
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
  readonly sig: string;
  readonly ikm: string;
  readonly salt: string;
  readonly info: string;
  readonly okm: string;
  /** Length of the output of HKDF. */
  readonly size: number;
  readonly public: string;
  readonly private: string;
  readonly shared: string;
}

export interface Group {
  readonly tests: readonly Case[];
  /** In bits. */
  readonly tagSize: number;
  readonly sha: string;
  readonly mgfSha: string;
  readonly sLen: number;
  readonly publicKey: Readonly<Record<'uncompressed' | 'modulus' | 'publicExponent', string>>;
  readonly privateKey: Readonly<Record<RsaPrivateField, string>>;
}

type RsaPrivateField =
  | 'modulus'
  | 'publicExponent'
  | 'privateExponent'
  | 'prime1'
  | 'prime2'
  | 'exponent1'
  | 'exponent2'
  | 'coefficient';

type Verdict = 'valid' | 'acceptable' | 'invalid';

/** Whether the provider accepts the input. CryptoError counts as a refusal, any other error fails the test. */
export type Judge = (provider: CryptoProvider, group: Group, test: Case) => boolean;

/** A test for each file and provider, which prints how many cases there were. */
export function describeFiles(files: Readonly<Record<string, Judge>>): void {
  for (const provider of providers) {
    describe(`Wycheproof, ${provider.name} provider`, { skip: skipUnless(WYCHEPROOF) }, () => {
      for (const [file, judge] of Object.entries(files)) {
        it(file, (t) =>
          t.diagnostic(`${file}, ${provider.name}: ${describeTally(runFile(file, provider, judge))}`),
        );
      }
    });
  }
}

interface Tally {
  readonly total: number;
  /** "acceptable" cases which the provider refuses. */
  readonly stricter: readonly Case[];
}

function runFile(file: string, provider: CryptoProvider, judge: Judge): Tally {
  const { testGroups, numberOfTests } = JSON.parse(readFileSync(join(WYCHEPROOF, file), 'utf8')) as {
    testGroups: readonly Group[];
    numberOfTests: number;
  };
  let total = 0;
  const stricter: Case[] = [];
  for (const group of testGroups) {
    for (const test of group.tests) {
      const accepted = accepts(() => judge(provider, group, test), `${file} case ${test.tcId}`);
      if (test.result === 'acceptable') {
        if (!accepted) stricter.push(test);
      } else {
        assert.equal(accepted, test.result === 'valid', `${file} case ${test.tcId} is ${test.result}`);
      }
      total++;
    }
  }
  assert.equal(total, numberOfTests);
  return { total, stricter };
}

function accepts(run: () => boolean, name: string): boolean {
  try {
    return run();
  } catch (error) {
    if (error instanceof CryptoError) return false;
    throw new Error(name, { cause: error });
  }
}

/** One line for the report: "612 cases, 230 acceptable ones refused: 3, 7, 10-40". */
function describeTally({ total, stricter }: Tally): string {
  if (stricter.length === 0) return `${total} cases`;
  return `${total} cases, ${stricter.length} acceptable ones refused: ${ranges(stricter.map((test) => test.tcId))}`;
}

function ranges(numbers: readonly number[]): string {
  const spans: [first: number, last: number][] = [];
  for (const number of numbers) {
    const span = spans.at(-1);
    if (span && number === span[1] + 1) span[1] = number;
    else spans.push([number, number]);
  }
  return spans.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}
