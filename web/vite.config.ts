import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import preact from '@preact/preset-vite';
import { defineConfig, type Plugin } from 'vite';
import { CONTENT_SECURITY_POLICY } from '../src/server/content-security-policy.ts';
import { readCatalogue } from './build/catalogue.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The firmware's modules are imported as texts, as the Node build has them. */
function pythonAsText(): Plugin {
  return {
    name: 'python-as-text',
    enforce: 'pre',
    load: (id) =>
      id.endsWith('.py') ? `export default ${JSON.stringify(readFileSync(id, 'utf8'))}` : undefined,
  };
}

/** `catalogue.json` beside index.html. */
function catalogue(): Plugin {
  const text = () => JSON.stringify(readCatalogue(path('../scenarios')));
  return {
    name: 'catalogue',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'catalogue.json', source: text() });
    },
    configureServer(server) {
      server.middlewares.use('/catalogue.json', (_request, response) => {
        response.setHeader('content-type', 'application/json');
        response.end(text());
      });
    },
  };
}

/** The package has a way for Node, which a browser never takes. */
const NODE_MODULES = ['node:module', 'node:fs', 'node:path', 'node:url', 'node:crypto', 'fs', 'path', 'url'];

function withoutNode(): Plugin {
  const absent = '\0absent-in-browsers';
  return {
    name: 'without-node',
    enforce: 'pre',
    resolveId: (id, importer) =>
      NODE_MODULES.includes(id) && importer?.includes('micropython') ? absent : undefined,
    load: (id) => (id === absent ? 'export {}' : undefined),
  };
}

/** Of hosts that send no headers, too. Vite's own page for development has a script in it, and goes without. */
function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: CONTENT_SECURITY_POLICY },
        injectTo: 'head-prepend',
      },
    ],
  };
}

// A page that moves from one folder to another, or below one, finds its files all the same.
const base = './';

export default defineConfig({
  root: path('.'),
  base,
  plugins: [withoutNode(), pythonAsText(), preact(), catalogue(), contentSecurityPolicy()],
  worker: { format: 'es', plugins: () => [withoutNode(), pythonAsText()] },
  build: {
    outDir: path('../dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // What a page would inline as a data: URL, its content security policy would refuse.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  server: {
    headers: {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    },
  },
});
