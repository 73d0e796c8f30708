import { ForeignNote } from '../lab/foreign-note.tsx';
import { theme, toggleTheme } from '../state/theme.ts';
import { ExportMenu } from './export-menu.tsx';
import { RunBar } from './run-bar.tsx';

export function Header() {
  const other = theme.value === 'dark' ? 'light' : 'dark';
  return (
    <header class="header">
      <h1>tls-sandbox</h1>
      <RunBar />
      <ExportMenu />
      <button type="button" class="quiet" aria-label={`Use the ${other} theme`} onClick={toggleTheme}>
        {theme.value === 'dark' ? '☀' : '☾'}
      </button>
      <ForeignNote />
    </header>
  );
}
