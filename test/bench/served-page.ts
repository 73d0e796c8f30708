/** The built page in a browser, from a server of its own on loopback. */
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { Admission } from '../../src/server/admission.ts';
import { Gateway } from '../../src/server/gateway.ts';
import { createPageServer } from '../../src/server/page-server.ts';
import { builtPage, cannotBrowse, launch } from '../browser/launch.ts';

/** Says that nothing was measured where it cannot be. */
export async function withServedPage(
  measure: (browser: Browser, address: string) => Promise<void>,
): Promise<void> {
  if (cannotBrowse !== false) {
    console.log(`the page was not measured: ${cannotBrowse}`);
    return;
  }
  const address = '127.0.0.1';
  const admission = new Admission({ token: 'bench', address });
  const services = [new Gateway({ allowed: [], admission })];
  const server = createPageServer({ folder: builtPage, address, admission, services });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  const browser = await launch();
  await measure(browser, `http://${address}:${port}/`);
  await browser.close();
  server.close();
  server.closeAllConnections();
}
