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

function sentence(problem: Problem): string {
  return problem.detail ? `${problem.title}. ${problem.detail}` : problem.title;
}
