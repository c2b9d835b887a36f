import type { Stage } from '../../../schemas/stage.ts';
import { backfill } from './backfill.ts';
import { buildIndexes } from './build-indexes.ts';
import { draft } from './draft.ts';
import { expand } from './expand.ts';
import { preflight } from './preflight.ts';
import { replay } from './replay.ts';
import type { StageStep } from './stage-step.ts';
import { sync } from './sync.ts';
import { verify } from './verify.ts';

export const stageSteps: Readonly<Record<Stage, StageStep>> = {
  draft,
  preflight,
  expand,
  sync,
  backfill,
  replay,
  index: buildIndexes,
  verify,
};
