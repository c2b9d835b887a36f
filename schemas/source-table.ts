/** A table as its database's catalogue describes it, before anything is decided about it. Plain data, kept as JSON in the plan. */
export interface SourceTable {
  readonly database: string;
  readonly name: string;
  /** Storage engine, such as InnoDB. */
  readonly storageEngine: string;
  readonly comment: string;
  readonly columns: readonly SourceColumn[];
  /** Column names in key order; null when the table has no primary key. */
  readonly primaryKey: readonly string[] | null;
  readonly indexes: readonly SourceIndex[];
  readonly foreignKeys: readonly SourceForeignKey[];
  readonly checks: readonly SourceCheck[];
  /** Names of triggers on the table; they are listed, not carried. */
  readonly triggers: readonly string[];
  readonly isPartitioned: boolean;
  /** The catalogue's own estimates: good for progress, never for a decision about data. */
  readonly rowsEstimate: number;
  readonly bytesEstimate: number;
}

export interface SourceColumn {
  readonly name: string;
  /** The type's name without length or attributes, lower case: `int`, `varchar`, `enum`. */
  readonly dataType: string;
  /** The type as the engine prints it: `int unsigned`, `varchar(40)`. For people and for messages. */
  readonly columnType: string;
  readonly isUnsigned: boolean;
  readonly isNullable: boolean;
  /** Literal default or default expression as the catalogue prints it; null when there is none. */
  readonly defaultText: string | null;
  readonly isDefaultExpression: boolean;
  readonly isAutoIncrement: boolean;
  /** Whether updates of the row set it to the current time (ON UPDATE CURRENT_TIMESTAMP). */
  readonly hasOnUpdateNow?: boolean;
  /** `virtual` or `stored` for a generated column, null for an ordinary one. */
  readonly generated: 'virtual' | 'stored' | null;
  readonly isInvisible: boolean;
  /** Length in characters for text, in bytes for binary, in bits for BIT (at most 2^32 - 1); null where the type has none. */
  readonly length: number | null;
  readonly numericPrecision: number | null;
  readonly numericScale: number | null;
  /** Digits of the fraction of a second, 0 to 6. */
  readonly fractionDigits: number | null;
  readonly characterSet: string | null;
  readonly collation: string | null;
  /** Labels of ENUM or SET in definition order, exact to the byte; empty for other types. */
  readonly labels: readonly string[];
  readonly comment: string;
}

export interface SourceIndex {
  readonly name: string;
  readonly isUnique: boolean;
  /** `btree`, `fulltext`, `spatial`, ... as the catalogue prints it, lower case. */
  readonly method: string;
  readonly isVisible: boolean;
  readonly parts: readonly SourceIndexPart[];
}

export interface SourceIndexPart {
  /** null for an expression. */
  readonly column: string | null;
  readonly expression: string | null;
  /** Length of a prefix index's part in characters or bytes; null for the whole column. */
  readonly prefixLength: number | null;
  readonly isDescending: boolean;
}

export interface SourceForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly referencedDatabase: string;
  readonly referencedTable: string;
  readonly referencedColumns: readonly string[];
  readonly onUpdate: ReferentialAction;
  readonly onDelete: ReferentialAction;
}

export type ReferentialAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default';

export interface SourceCheck {
  readonly name: string;
  readonly expression: string;
  readonly isEnforced: boolean;
}
