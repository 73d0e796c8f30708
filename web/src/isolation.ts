/** Makes the page cross-origin isolated where its host does not: without that there is no shared memory. */

/** Set for as long as the tab lives, so that a page that cannot be isolated is not loaded for ever. */
const TRIED = 'tls-sandbox/isolation-tried';

/** Why the page cannot run here; undefined when it can. Does not return where the page is loaded once more. */
export async function isolate(): Promise<string | undefined> {
  if (globalThis.crossOriginIsolated) return undefined;
  if (!globalThis.isSecureContext) {
    return 'Browsers share memory between workers on https:// and on localhost only. Open the page there, or run: npx tls-sandbox serve';
  }
  if (!('serviceWorker' in navigator)) {
    return 'This browser has no service workers, which the page needs on a host that does not send the headers COOP and COEP. Run: npx tls-sandbox serve';
  }
  if (sessionStorage.getItem(TRIED) !== null) {
    return 'The page could not be isolated from other origins, which shared memory needs. Is it inside a frame of another site? Open it by itself, or run: npx tls-sandbox serve';
  }
  sessionStorage.setItem(TRIED, 'yes');
  await navigator.serviceWorker.register(new URL('isolation-worker.js', document.baseURI));
  await navigator.serviceWorker.ready;
  location.reload();
  return new Promise(() => {});
}
