import type { Note } from '../ways/ladder.ts';
import type { Problem } from '../protocol/problem.ts';
import type { WhepState } from '../protocol/whep.ts';

export interface Words {
  title: string;
  detail: string;
}

/** What the player says about its state; live has nothing to say. */
export function words(state: WhepState, problem: Problem | undefined): Words {
  switch (state) {
    case 'idle':
    case 'live':
      return { title: '', detail: '' };
    case 'connecting':
      return { title: 'Connecting', detail: problem ? sentence(problem) : '' };
    case 'waiting':
      return { title: 'Waiting for the broadcaster', detail: 'It starts by itself when they go live.' };
    case 'ended':
      return { title: 'The broadcaster left', detail: 'It goes on by itself when they come back.' };
    case 'reconnecting':
      return {
        title: 'Reconnecting',
        detail: problem ? sentence(problem) : 'The connection broke; getting it back.',
      };
    case 'unsupported':
      return {
        title: 'This browser cannot play the stream',
        detail:
          problem?.detail || 'It lacks the codec that the broadcaster sends. Another browser may have it.',
      };
    case 'unauthorized':
      return { title: 'A token is needed to watch', detail: problem?.detail ?? '' };
    case 'failed':
      return { title: problem?.title ?? 'It does not work', detail: problem?.detail ?? '' };
  }
}

const DELAYED = 'Playing with a few seconds\u2019 delay';

/** The quiet line over the picture: what is different from usual, and nothing when nothing is. */
export function quietly({ rung, reason, probing }: Note): string {
  if (rung === undefined || rung === 'webrtc' || reason === undefined || reason === 'rewound') return '';
  return probing ? 'Trying a direct connection again' : DELAYED;
}

/** The same at length, for the statistics: why it does not come by WebRTC. */
export function whyNotDirect({ rung, reason }: Note): string {
  if (rung === undefined || rung === 'webrtc') return '';
  switch (reason) {
    case 'path':
      return 'No direct connection (UDP and TCP) gets through from here; it is tried again now and then.';
    case 'codec':
      return 'This browser lacks the broadcaster\u2019s codec for a direct connection.';
    case 'full':
      return 'The server has no place left for direct connections; it is asked again now and then.';
    case 'unsteady':
      return 'The direct connection kept breaking; it is tried again after a while.';
    case 'failed':
      return 'The server refused a direct connection; it is tried again now and then.';
    case 'rewound':
      return 'You went back in time; Live brings you to the direct connection.';
    case undefined:
      return '';
  }
}

function sentence(problem: Problem): string {
  return problem.detail ? `${problem.title}. ${problem.detail}` : problem.title;
}
