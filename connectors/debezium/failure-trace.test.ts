import { describe, expect, it } from 'vitest';
import { redactSecrets, rootCauseOf } from './failure-trace.ts';

const trace = `org.apache.kafka.connect.errors.ConnectException: An exception occurred
\tat io.debezium.pipeline.ErrorHandler.setProducerThrowable(ErrorHandler.java:67)
Caused by: io.debezium.DebeziumException: Error reading binlog
\t... 5 more
Caused by: com.mysql.cj.exceptions.CJException: Access denied for user 'u'@'h' (using password: YES)
\tat com.mysql.cj.Foo.bar(Foo.java:1)
`;

describe('rootCauseOf', () => {
  it('answers the innermost cause without class path and frames', () => {
    expect(rootCauseOf(trace)).toBe("CJException: Access denied for user 'u'@'h' (using password: YES)");
  });

  it('answers the first line of a trace without causes', () => {
    expect(rootCauseOf('\njava.lang.NullPointerException\n\tat x')).toBe('NullPointerException');
  });

  it('says so when a trace is empty', () => {
    expect(rootCauseOf('')).toBe('no cause given');
  });

  it('takes known secrets out wherever they stand', () => {
    expect(rootCauseOf('a.B: before s3cr3t after', ['s3cr3t', ''])).toBe('B: before *** after');
  });
});

describe('redactSecrets', () => {
  it.each([
    ['password=abc, user=u', 'password=***, user=u'],
    ['"database.password": "a b"', '"database.password": ***'],
    ['jdbc:mysql://me:pw@host/db', 'jdbc:mysql://***@host/db'],
    ['token: xyz', 'token: ***'],
  ])('%s becomes %s', (text, redacted) => {
    expect(redactSecrets(text)).toBe(redacted);
  });

  it('bounds what is shown', () => {
    expect(redactSecrets('x'.repeat(5_000))).toHaveLength(1_000);
  });
});
