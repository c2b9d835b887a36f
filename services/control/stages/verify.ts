import type { StageStep } from './stage-step.ts';

/** The target is consistent and follows the source. Equality is not yet proven, so this stage has no end of its own. */
export const verify: StageStep = {
  stage: 'verify',
  next: null,
  enter: async () => undefined,
  check: async () => ({
    isDone: false,
    waitingFor: 'a proof that both sides are equal, which is not part of this version',
  }),
};
