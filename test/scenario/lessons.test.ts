/** Lessons about keys: what the operations give, held against openssl, and what a scenario may ask for. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { TraceEvent, TraceEventOf } from '../../emulator/world/trace-events.ts';
import { lessonFiles } from '../../src/report/lesson.ts';
import { defineScenario } from '../../src/scenario/define.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { projectRoot } from '../support/project.ts';
import { NO_OPENSSL } from '../tls/openssl.ts';

const catalogue = join(projectRoot, 'scenarios');
const LESSONS = readdirSync(catalogue).filter((name) => name.startsWith('keys-'));

function operations(events: readonly TraceEvent[]): TraceEventOf<'key.operation'>[] {
  return events.filter((event) => event.type === 'key.operation');
}

function load(name: string) {
  return loadScenario(join(catalogue, name, 'scenario.yaml'));
}

describe('the openssl commands of a lesson come to the same', { skip: NO_OPENSSL }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'lesson-'));
  after(() => rmSync(folder, { recursive: true }));

  for (const name of LESSONS) {
    it(name, async () => {
      const { events } = await runScenario(load(name));
      for (const file of lessonFiles(events)) writeFileSync(join(folder, file.name), file.contents);
      for (const event of operations(events)) {
        const { status, stdout } = spawnSync('sh', ['-c', event.command], { cwd: folder });
        if (event.outcome === 'refused') assert.notEqual(status, 0, event.command);
        else assert.equal(status, 0, event.command);
        if (event.outcome !== 'refused') assert.equal(shown(event, stdout), expected(event), event.command);
      }
    });
  }
});

/** Bytes are shown in hex, verdicts and texts as they are. */
function shown({ command }: TraceEventOf<'key.operation'>, stdout: Buffer): string {
  const text = stdout.toString();
  return command.includes('| od ') ? text.replace(/\s/g, '') : text.trim();
}

function expected({ operation, scheme, input, output }: TraceEventOf<'key.operation'>): string {
  if (operation === 'encrypt') return Buffer.from(input).toString();
  if (operation === 'decrypt') return Buffer.from(output).toString();
  if (operation === 'agree' || (operation === 'sign' && scheme === 'RSA-PKCS1'))
    return Buffer.from(output).toString('hex');
  return 'Verified OK';
}

const PEOPLE = {
  roots: { root: {} },
  leaves: { alice: { issuer: 'root', key: 'rsa-2048' as const }, carol: { issuer: 'root' } },
};
const ABOUT = { title: 'Keys', why: 'To see.', pki: PEOPLE };

function refused(steps: object[]): string {
  try {
    defineScenario({ ...ABOUT, steps } as never, { files: {} });
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing';
}

describe('a scenario that uses keys', () => {
  it('needs no device, and lasts as long as its steps', async () => {
    const use = { by: 'carol', to: 'sign', scheme: 'ECDSA', key: 'carol', text: 'x', as: 'signed' } as const;
    const scenario = defineScenario(
      { ...ABOUT, steps: [{ delay: '700ms' }, { 'use-key': use }] },
      { files: {} },
    );
    const { events, outcome, passed } = await runScenario(scenario);
    assert.equal(outcome, 'finished');
    assert.ok(passed);
    assert.equal(operations(events)[0]!.t, 700e6);
  });

  it('gives the same for one seed, whoever computes', async () => {
    for (const name of LESSONS) {
      const [node, noble] = await Promise.all([
        runScenario(load(name)),
        runScenario(load(name), { crypto: 'noble' }),
      ]);
      assert.deepEqual(noble.events, node.events);
    }
  });

  it('says what came out otherwise than expected', async () => {
    const use = { by: 'carol', to: 'sign', scheme: 'ECDSA', key: 'carol', text: 'x', as: 'signed' } as const;
    const expect = { keys: [{ by: 'alice', to: 'sign', outcome: 'refused', size: 3 } as const] };
    const scenario = defineScenario({ ...ABOUT, steps: [{ 'use-key': use }], expect }, { files: {} });
    const { failures } = await runScenario(scenario);
    assert.deepEqual(
      failures.map(({ what, expected }) => `${what} ${expected}`),
      [
        'use of a key 1, alice: sign: by alice',
        'use of a key 1, alice: sign: outcome refused',
        'use of a key 1, alice: sign: size 3',
      ],
    );
  });

  it('goes on without what an earlier step did not make', async () => {
    const steps = [
      {
        'use-key': {
          by: 'carol',
          to: 'sign',
          scheme: 'ECDSA',
          key: 'carol',
          text: 'x',
          as: 'sealed',
        } as const,
      },
      {
        'use-key': {
          by: 'alice',
          to: 'decrypt',
          scheme: 'RSA-OAEP',
          key: 'alice',
          input: 'sealed',
          as: 'opened',
        } as const,
      },
      {
        'use-key': {
          by: 'alice',
          to: 'sign',
          scheme: 'RSA-PSS',
          key: 'alice',
          input: 'opened',
          as: 'more',
        } as const,
      },
    ];
    const { events } = await runScenario(defineScenario({ ...ABOUT, steps }, { files: {} }));
    assert.deepEqual(
      operations(events).map(({ outcome }) => outcome),
      ['done', 'refused'],
    );
    assert.ok(events.some((event) => event.type === 'note' && /has nothing to sign/.test(event.text)));
  });

  const use = { by: 'alice', to: 'encrypt', scheme: 'RSA-OAEP', key: 'alice', text: 'x' };
  const cases: Readonly<Record<string, [object[], RegExp]>> = {
    'nobody who acts': [[], /devices: expected at least one device/],
    'a scheme that does something else': [
      [{ 'use-key': { ...use, scheme: 'ECDSA' } }],
      /steps\[0\]\.use-key\.scheme: ECDSA is no scheme to encrypt with/,
    ],
    'a key of the wrong type': [
      [{ 'use-key': { ...use, key: 'carol' } }],
      /the key of 'carol' is ec-p256, RSA-OAEP needs one of type rsa-/,
    ],
    'an input that is not made before': [
      [{ 'use-key': { ...use, text: undefined, input: 'mesage' } }],
      /no step before makes 'mesage'/,
    ],
    'a verification of nothing': [
      [{ 'use-key': { ...use, to: 'verify', scheme: 'RSA-PSS' } }],
      /'verify' needs a signature/,
    ],
    'a holder that is not there': [
      [{ 'use-key': { ...use, by: 'alcie' } }],
      /is called 'alcie' — did you mean 'alice'/,
    ],
  };
  for (const [what, [steps, message]] of Object.entries(cases)) {
    it(`is refused with ${what}`, () => assert.match(refused(steps), message));
  }
});
