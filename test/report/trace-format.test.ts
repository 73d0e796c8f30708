import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { TRACE_SCHEMA_VERSION } from '../../emulator/world/trace-events.ts';
import { EVENT_FIELDS } from '../../src/report/event-fields.ts';
import {
  parseJsonLines,
  renderEvent,
  renderJsonLines,
  TraceFormatError,
} from '../../src/report/json-lines.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { projectRoot } from '../support/project.ts';
import { expiredTrace, serverAuthTrace } from './fixture.ts';

const documentation = readFileSync(join(projectRoot, 'docs/trace.md'), 'utf8');

/** Headline, fields and example of each type in docs/trace.md. */
const documented = new Map(
  documentation
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const type = /^`([^`]+)`/.exec(section)![1]!;
      const rows = [...section.matchAll(/^\| `(\w+)` \| (.+) \|$/gm)];
      const fields = rows.map(([, name, meaning]) => ({
        name: name!,
        optional: meaning!.startsWith('optional'),
      }));
      return [type, { fields, example: /```json\n(.+)\n```/.exec(section)?.[1] }] as const;
    }),
);

describe('docs/trace.md', () => {
  it('documents every event type of trace-events.ts, and no other', () => {
    const source = readFileSync(join(projectRoot, 'emulator/world/trace-events.ts'), 'utf8');
    const bodies = /interface Bodies \{\n(.*?)\n\}/s.exec(source)![1]!;
    const types = [...bodies.matchAll(/^ {2}'?([\w.]+)'?: \{/gm)].map((match) => match[1]!);
    assert.ok(types.includes('run.start') && types.includes('note') && types.length > 30, types.join());
    assert.deepEqual([...documented.keys()].sort(), types.sort());
  });

  it('documents every field, in the order in which it is written', () => {
    for (const [type, fields] of Object.entries(EVENT_FIELDS)) {
      const expected = Object.entries(fields).map(([name, kind]) => ({ name, optional: kind.endsWith('?') }));
      assert.deepEqual(documented.get(type)?.fields, expected, type);
    }
  });

  it('gives an example of every type, which is written exactly so', () => {
    const start = documented.get('run.start')!.example!;
    for (const [type, { example }] of documented) {
      assert.ok(example, `${type} has no example`);
      const events = parseJsonLines(`${start}\n${example}\n`);
      assert.equal(events[1]?.type, type);
      assert.equal(renderEvent(events[1]!), example);
    }
  });

  it('begins as a run does', async () => {
    const file = join(projectRoot, 'scenarios/mode2-server-auth/scenario.yaml');
    const { events } = await runScenario(loadScenario(file));
    await closeDeviceWorkers();
    assert.equal(renderEvent(events[0]!), documented.get('run.start')!.example);
    const ends = [events.at(-1)!, ...events.filter(({ type }) => type === 'device.exit')];
    for (const { type, actor, ...fields } of ends) {
      const shown = JSON.parse(documented.get(type)!.example!);
      if (type === 'run.end') assert.equal(shown.actor, actor);
      assert.deepEqual({ ...shown, actor, t: fields.t }, { ...fields, type, actor });
    }
  });

  it('names the version of the schema', () => {
    assert.match(documentation, new RegExp(`Schema version: ${TRACE_SCHEMA_VERSION}\\.`));
  });
});

describe('the trace as JSON lines', () => {
  it('is one object a line that begins with t, actor and type', () => {
    const text = renderJsonLines(serverAuthTrace());
    const lines = text.split('\n');
    assert.equal(lines.pop(), '');
    assert.equal(lines.length, serverAuthTrace().length);
    for (const line of lines)
      assert.deepEqual(Object.keys(JSON.parse(line)).slice(0, 3), ['t', 'actor', 'type']);
  });

  it('does not depend on the order in which an event was put together', () => {
    const [event] = serverAuthTrace();
    const turned = Object.fromEntries(Object.entries(event!).reverse()) as unknown as NonNullable<
      typeof event
    >;
    assert.equal(renderEvent(turned), renderEvent(event!));
  });

  it('is read back as the same events, bytes included', () => {
    for (const events of [serverAuthTrace(), expiredTrace()]) {
      assert.deepEqual(parseJsonLines(renderJsonLines(events)), events);
    }
  });

  it('passes over event types that a later version may have added', () => {
    const [start, ...others] = renderJsonLines(expiredTrace()).split('\n');
    const unknown = '{"t":1,"actor":"esp32","type":"device.mood","mood":"fine"}';
    assert.deepEqual(parseJsonLines([start, unknown, ...others].join('\n')), expiredTrace());
  });

  const start = renderEvent(serverAuthTrace()[0]!);
  const refused: Readonly<Record<string, [string, RegExp]>> = {
    'a text that is not JSON': [`${start}\n{"t":`, /^line 2: not JSON$/],
    'a line that is not an object': [`${start}\n[]`, /^line 2: not an object$/],
    'a time that is not whole': [start.replace('"t":0', '"t":0.5'), /^line 1: "t" is not a whole number/],
    'bytes that are not hex': [
      `${start}\n{"t":0,"actor":"a","type":"frame.sent","link":"l","id":1,"bytes":"0g"}`,
      /^line 2: "bytes" of frame.sent is not hex$/,
    ],
    'an event without one of its fields': [
      `${start}\n{"t":0,"actor":"a","type":"frame.sent","link":"l","bytes":"00"}`,
      /^line 2: frame.sent has no "id"$/,
    ],
    'a schema it does not know': [
      start.replace('"schema":1', '"schema":2'),
      /schema 2; this program reads schema 1/,
    ],
    'a trace without its beginning': [
      '{"t":0,"actor":"w","type":"run.end","outcome":"finished"}',
      /run\.start/,
    ],
    'an empty file': ['', /run\.start/],
  };
  for (const [what, [text, message]] of Object.entries(refused)) {
    it(`refuses ${what} and says where`, () => {
      assert.throws(
        () => parseJsonLines(text),
        (error) => error instanceof TraceFormatError && message.test(error.message),
      );
    });
  }
});
