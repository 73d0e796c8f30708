import { reportAttackers } from '../../../../src/report/attackers.ts';
import { type Lesson, LOOK_AT } from '../lesson.ts';

export const whyTls: Lesson = {
  id: 'why-tls',
  title: 'Why TLS',
  text: [
    'What a board sends goes through many hands: the neighbour who knows the Wi-Fi password, the router, the provider, every network up to the server. Without TLS each of them can read it, and change it.',
    'Here a board asks a server for its settings by plain HTTP, with a key in the address that nobody else should have. Eve has a tap in the Wi-Fi. She only listens, and the run is the same to the byte without her.',
    'TLS promises three things: nobody on the way reads along, nobody changes anything unnoticed, and the other end is who it says. The first two come by themselves. The third has to be asked for, and most programs for boards do not ask.',
  ],
  runs: [
    { label: 'without TLS', scenario: 'eve-reads-plain-http' },
    { label: 'with TLS', scenario: 'eve-learns-from-tls' },
  ],
  looks: [LOOK_AT.attackers, LOOK_AT.ladder],
  question: {
    kind: 'answer',
    scenario: 'eve-reads-plain-http',
    asks: 'Run it without TLS. Which key does Eve read in the request?',
    hint: 'Open Attackers: what Eve reads stands there in quotes. The key is what follows "key=" in the first line.',
    truth: ({ events }) =>
      reportAttackers(events)
        .map(({ read }) => /[?&]key=([^ &]+)/.exec(read)?.[1])
        .find((key) => key !== undefined),
    explains:
      'Now run it with TLS. Eve still learns whom the board calls, and when and how much they say, but nothing of what they say.',
  },
};
