import { CausewayError } from '../errors/causeway-error.ts';
import type { ColumnPlan } from '../migration-plan.ts';

/** Ends the conversion of one value. The reason says what is wrong with it without showing it. */
export type RefuseValue = (reason: string) => never;

/** Refusals of one column; `where` is the table as `database.table`. */
export function refuserOf(column: ColumnPlan, where: string): RefuseValue {
  const name = column.source.name;
  return (reason) => {
    throw new CausewayError('VALUE_REFUSED', `${where}.${name}: ${reason}`, {
      facts: { table: where, column: name, reason },
    });
  };
}
