/**
 * The largest record of a log, in bytes: producer, broker, topic and consumers all use this one number. An update
 * carries a row twice, so this holds two images with a value of 16 MiB (the largest MEDIUMTEXT or MEDIUMBLOB) and room
 * for the other columns.
 */
export const logRecordBytesMax = 36 * 1024 * 1024;
