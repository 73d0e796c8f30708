// Builds the page into dist/web: see web/vite.config.ts.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../../', import.meta.url));

await build({ configFile: join(root, 'web/vite.config.ts'), logLevel: 'warn' });
