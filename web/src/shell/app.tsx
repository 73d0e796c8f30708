import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { followAddress } from '../state/address.ts';
import { loadCatalogue } from '../state/catalogue.ts';
import { visibleArea } from '../state/layout.ts';
import { Area } from './area.tsx';
import { AreaSwitch } from './area-switch.tsx';
import { Header } from './header.tsx';
import { Obstacle } from './obstacle.tsx';

export function App() {
  const problem = useSignal<string | undefined>(undefined);
  useEffect(() => {
    loadCatalogue().then(followAddress, (error: Error) => {
      problem.value = `The catalogue could not be loaded: ${error.message}`;
    });
  }, []);
  if (problem.value !== undefined) return <Obstacle text={problem.value} />;
  return (
    <div class="shell" data-visible={visibleArea.value}>
      <Header />
      <main class="areas">
        <Area area="left" label="Scenarios" />
        <Area area="main" label="What happens" />
        <Area area="side" label="Details" />
        <Area area="bottom" label="Boards" />
      </main>
      <AreaSwitch />
    </div>
  );
}
