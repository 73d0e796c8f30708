import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import { render } from 'preact';
import { isolate } from './isolation.ts';
import { Obstacle } from './shell/obstacle.tsx';

const root = document.getElementById('page')!;

void start();

async function start(): Promise<void> {
  const obstacle = await isolate();
  if (obstacle !== undefined) {
    render(<Obstacle text={obstacle} />, root);
    return;
  }
  // The world's worker starts with this import, and loads while the page is drawn.
  const { App } = await import('./shell/app.tsx');
  render(<App />, root);
}
