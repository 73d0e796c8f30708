import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import { useEffect, useRef } from 'preact/hooks';
import { onConsole, world } from '../state/run.ts';

export function TerminalPane() {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const terminal = new Terminal({ convertEol: false });
    const fit = new FitAddon();
    terminal.loadAddon(fit);
    terminal.open(place.current!);
    fit.fit();
    return onConsole((_device, bytes) => terminal.write(bytes));
  }, []);
  return <div ref={place} class="terminal" />;
}
void world;
