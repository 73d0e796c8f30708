import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cannotBrowse, newPage, openScenario, serve, withProgram } from './chromium.ts';
import { enter, openPrompt, waitForScreen } from './terminal.ts';

describe('the terminal', { skip: cannotBrowse }, () => {
  it("shows what a run's program prints", async () => {
    const page = await newPage();
    await openScenario(page, await serve(), 'mode2-server-auth');
    const text = await waitForScreen(page, /interval/);
    assert.match(text, /address 192\.168\.4\.2\ntime 2026-03-01 12:00\n/);
    assert.match(text, /HTTP\/1\.1 200 OK\n\{"interval": 60\}$/);
    await page.context().close();
  });

  it('shows the traceback that ended the program, as a board prints it', async () => {
    const page = await newPage();
    await openScenario(page, await serve(), 'expired-certificate');
    const text = await waitForScreen(page, /Traceback/);
    assert.match(
      text,
      /time 2026-03-01 12:00\nTraceback \(most recent call last\):\n {2}File "main\.py", line \d+, in <module>\nValueError:\s+The certificate validity has expired$/,
    );
    await page.context().close();
  });

  it('opens a prompt for who types after a run, with all that was typed and the network that main.py left', async () => {
    const page = await newPage();
    await page.goto(await serve());
    await page.locator('.status', { hasText: '✓ as expected' }).waitFor();
    await page.locator('#console .xterm-helper-textarea').focus();
    await page.keyboard.press('Control+c');
    await page.keyboard.press('ArrowUp');
    assert.match(await page.locator('.status').innerText(), /as expected/, 'these keys ask for nothing');
    // A board takes 6.6 s until its program has ended.
    const asked = Date.now();
    await enter(page, 'import socket, ssl, network; socket.getaddrinfo("api.example.com", 443)[0][-1]');
    await waitForScreen(page, />>> import socket[^\n]*\n[\s\S]*\('203\.0\.113\.10', 443\)\n>>>$/);
    assert.ok(Date.now() - asked < 5_000, `${Date.now() - asked} ms`);
    await enter(page, 'network.WLAN(network.STA_IF).isconnected()');
    await waitForScreen(page, /True\n>>>$/);
    await page.context().close();
  });

  it('says once, in a run that is paused, when it will listen', async () => {
    const page = await newPage();
    await openScenario(page, await serve(), 'mode2-server-auth');
    await page.getByRole('button', { name: '⇥ Step' }).click();
    await page.locator('.status', { hasText: 'ClientHello' }).waitFor();
    await page.locator('#console .xterm-helper-textarea').focus();
    await page.keyboard.type('abc');
    const text = await waitForScreen(page, /the run is paused/);
    assert.equal(text.split('the run is paused').length, 2);
    await page.context().close();
  });

  it("is the device's prompt in a live world: expressions, completion, tracebacks, soft reset", async () => {
    const page = await newPage();
    await withProgram(page, 'mode2-server-auth', 'print("main")\n');
    await openScenario(page, await serve(), 'mode2-server-auth');
    await openPrompt(page);
    await waitForScreen(page, /main\nMicroPython v1\.29\.0 .*ESP32[\s\S]*>>>$/);
    await enter(page, 'import sys; sys.platform');
    await waitForScreen(page, /'esp32'\n>>>$/);
    await page.keyboard.type('sys.impl');
    await page.keyboard.press('Tab');
    await waitForScreen(page, />>> sys\.implementation$/);
    await enter(page, '.name');
    await waitForScreen(page, /'micropython'\n>>>$/);
    await enter(page, '1/0');
    await waitForScreen(page, /ZeroDivisionError: divide by zero\n>>>$/);
    await enter(page, 'import re; re.match("(a*)*", "a")');
    await waitForScreen(page, /RuntimeError: maximum recursion depth exceeded\n>>>$/);
    await page.keyboard.press('Control+d');
    await waitForScreen(page, /MPY: soft reboot/);
    await page.context().close();
  });

  it('interrupts with Ctrl-C, a program that waits and one that computes', async () => {
    const page = await newPage();
    await withProgram(page, 'mode2-server-auth', 'print("main")\n');
    await openScenario(page, await serve(), 'mode2-server-auth');
    await openPrompt(page);
    await waitForScreen(page, />>>$/);
    await enter(page, 'import time; time.sleep(1000)');
    await waitForScreen(page, /sleep\(1000\)\n*$/);
    await page.keyboard.press('Control+c');
    await waitForScreen(page, /KeyboardInterrupt:\s*\n>>>$/);
    await enter(page, 'while True: pass');
    await page.keyboard.press('Enter');
    await waitForScreen(page, /\.\.\.\n*$/);
    await page.keyboard.press('Control+c');
    await waitForScreen(page, /the board was reset, as by its watchdog[\s\S]*main[\s\S]*>>>$/);
    await page.context().close();
  });

  it('keeps its lines and its history when the page is opened again', async () => {
    const page = await newPage();
    await withProgram(page, 'mode2-server-auth', 'print("main")\n');
    await openScenario(page, await serve(), 'mode2-server-auth');
    await openPrompt(page);
    await waitForScreen(page, />>>$/);
    await enter(page, '"before " + "the reload"');
    await waitForScreen(page, /'before the reload'\n>>>$/);
    await page.waitForTimeout(600);
    await page.reload();
    await page.locator('.status', { hasText: /as expected/ }).waitFor();
    await waitForScreen(page, /'before the reload'/);
    await openPrompt(page);
    await waitForScreen(page, />>>$/);
    await page.keyboard.press('ArrowUp');
    await waitForScreen(page, />>> "before " \+ "the reload"$/);
    await page.keyboard.press('ArrowDown');
    await waitForScreen(page, />>>$/);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await waitForScreen(page, /'before the reload'\n>>>$/);
    await page.context().close();
  });

  it('has a tab for each device', async () => {
    const page = await newPage();
    await openScenario(page, await serve(), 'device-to-device');
    const tabs = page.getByRole('tablist', { name: 'Devices' }).getByRole('tab');
    assert.deepEqual(await tabs.allInnerTexts(), ['hub', 'sensor']);
    await waitForScreen(page, /192\.168\.4\.2 says 21\.5/);
    await tabs.nth(1).click();
    await waitForScreen(page, /hub says thanks/);
    await page.context().close();
  });

  it('pastes several lines as they are, and copies what is selected', async () => {
    const page = await newPage({ permissions: ['clipboard-read', 'clipboard-write'] });
    await withProgram(page, 'mode2-server-auth', 'print("main")\n');
    await openScenario(page, await serve(), 'mode2-server-auth');
    await openPrompt(page);
    await waitForScreen(page, />>>$/);
    const program = 'def twice(x):\n    y = x\n    return x + y\n\nprint(twice("ab"))\n';
    await page.evaluate((text) => navigator.clipboard.writeText(text), program);
    await page.keyboard.press('Control+v');
    await waitForScreen(page, /=== print\(twice\("ab"\)\)[\s\S]*\nabab\n>>>$/);
    const row = page.locator('#console .xterm-rows > div', { hasText: 'abab' }).last();
    const { x, y } = (await row.boundingBox())!;
    await page.mouse.dblclick(x + 5, y + 5);
    await page.keyboard.press('Control+c');
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'abab');
    await enter(page, '1 + 1');
    await waitForScreen(page, />>> 1 \+ 1\n2\n>>>$/);
    await page.context().close();
  });

  it('finds text, and says where there is none', async () => {
    const page = await newPage();
    await openScenario(page, await serve(), 'mode2-server-auth');
    await waitForScreen(page, /interval/);
    const find = page.getByLabel('Find in the terminal');
    await find.fill('cipher');
    assert.equal(await find.getAttribute('aria-invalid'), 'false');
    await find.fill('no such thing');
    assert.equal(await find.getAttribute('aria-invalid'), 'true');
    await page.context().close();
  });
});
