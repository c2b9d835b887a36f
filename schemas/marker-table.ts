/**
 * Causeway's helper database and table on a MySQL source. One row per migration: `n` grows by one per marker.
 * The nullable columns have defaults and always hold NULL: each marker that arrives proves that NULL travels as NULL.
 */
export const helperDatabase = 'causeway';
export const markerTable = 'marker';
export const nullProbeColumns = ['null_int', 'null_text', 'null_at'] as const;
