import { reportAttackers } from '../../../../src/report/attackers.ts';
import { type Lesson, LOOK_AT } from '../lesson.ts';

export const whyTls: Lesson = {
  id: 'why-tls',
  title: 'Why TLS',
  text: [
    'What a board sends passes through many hands: the neighbour who knows the Wi-Fi password, the router, the provider, every network on the way to the server. Without TLS each of them can read it, and change it.',
    'Here a board fetches its settings over plain HTTP, with a secret key in the address. Eve listens in on the Wi-Fi. She changes nothing: without her the board would send and receive the same bytes.',
    'TLS promises three things: nobody on the way can read along, nobody can change anything unnoticed, and the other end is who it says it is. Against Eve the first comes by itself. Against somebody who stands in the way, all three rest on the third, and that one has to be asked for: most programs for boards do not ask.',
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
      'Now run it with TLS. Eve still learns whom the board calls, when, and how much they say, but not what they say.',
  },
};
