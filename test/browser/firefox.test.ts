import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { renderJsonLines } from '../../src/report/json-lines.ts';
import { closeDeviceWorkers } from '../../src/scenario/device-workers.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { projectRoot } from '../support/project.ts';
import { serve } from './chromium.ts';
import { cannotUseFirefox, Firefox } from './firefox.ts';
import { type Exported, exportTrace, keepExports } from './kept-export.ts';
import { builtPage } from './launch.ts';
import { type PlainHost, plainHost } from './plain-host.ts';

const text = (selector: string) => `document.querySelector(${JSON.stringify(selector)})?.innerText ?? ''`;
const STATUS = text('.status');
const SCREEN = text('#console .xterm-rows');

/** Clicks on the first of those elements that holds the text. */
const click = (selector: string, holds: string) =>
  `[...document.querySelectorAll(${JSON.stringify(selector)})].find((each) => each.textContent.includes(${JSON.stringify(holds)})).click()`;

after(() => closeDeviceWorkers());

describe('the page in Firefox', { skip: cannotUseFirefox }, () => {
  let firefox: Firefox;
  let host: PlainHost;
  before(async () => {
    [firefox, host] = await Promise.all([Firefox.start(keepExports), plainHost(builtPage)]);
  });
  after(async () => {
    host.close();
    await firefox.close();
  });

  it('runs on a host that sends no headers, by its service worker', async () => {
    await firefox.goto(`${host.address}/#/mode3-mutual-tls`);
    await firefox.waitFor(STATUS, /✓ as expected/);
    assert.equal(await firefox.evaluate('navigator.serviceWorker.controller !== null'), true);
  });

  it('leaves the same trace as headless, to the byte', async () => {
    await firefox.goto(await serve());
    await firefox.waitFor(STATUS, /✓ as expected/);
    const exported = JSON.parse(
      String(await firefox.evaluate(`(${exportTrace})().then(JSON.stringify)`)),
    ) as Exported;
    const loaded = loadScenario(join(projectRoot, 'scenarios/mode2-server-auth/scenario.yaml'));
    const trace = renderJsonLines((await runScenario(loaded)).events);
    assert.equal(exported.sha256, createHash('sha256').update(trace).digest('hex'));
  });

  it('has ladder, bytes, and an editor that says what is wrong', async () => {
    await firefox.evaluate(click('.row', 'ServerHello'));
    await firefox.waitFor(text('.octets'), /^02\s*00 00 3b/);
    await firefox.evaluate(click('[role=tab]', 'Editor'));
    await firefox.waitFor(text('.cm-content'), /import ssl/);
    await firefox.evaluate(`document.querySelector('.cm-content').focus()`);
    await firefox.enter('def');
    await firefox.waitFor(`document.querySelectorAll('.cm-lint-marker-error').length`, /^[1-9]/);
  });

  it("has MicroPython's prompt", async () => {
    // A scenario that nobody has edited, and a page that is at rest.
    await firefox.goto(await serve());
    await firefox.waitFor(STATUS, /✓ as expected/);
    await firefox.evaluate(click('#pane-terminal button', 'Open a prompt'));
    await firefox.waitFor(SCREEN, />>>\s*$/);
    await firefox.evaluate(`document.querySelector('#console textarea').focus()`);
    await firefox.enter('import sys; print(6 * 7, sys.platform)');
    await firefox.waitFor(SCREEN, /42 esp32/);
    assert.deepEqual(firefox.errors, []);
  });
});
