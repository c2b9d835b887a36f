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
  return planners[part](input, tell);
}

type Planner = (input: PlanInput, tell: (line: string) => void) => PartPlan | Promise<PartPlan>;

const planners: Readonly<Record<StackPart, Planner>> = {
  mysql: planMysql,
  postgres: planPostgres,
  kafka: planKafka,
  registry: planRegistry,
  connect: planConnect,
};
