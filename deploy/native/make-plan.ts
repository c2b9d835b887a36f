import type { PartPlan, PlanInput } from './part-plan.ts';
import { planConnect } from './plan-connect.ts';
import { planKafka } from './plan-kafka.ts';
import { planMysql } from './plan-mysql.ts';
import { planPostgres } from './plan-postgres.ts';
import { planRegistry } from './plan-registry.ts';
import type { StackPart } from './stack-parts.ts';

export async function makePlan(
  part: StackPart,
  input: PlanInput,
  tell: (line: string) => void,
): Promise<PartPlan> {
  switch (part) {
    case 'mysql':
      return planMysql(input);
    case 'postgres':
      return planPostgres(input, tell);
    case 'kafka':
      return planKafka(input);
    case 'registry':
      return planRegistry(input);
    case 'connect':
      return planConnect(input);
  }
}
