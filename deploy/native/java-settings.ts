import { join } from 'node:path';

/** Log4j 2 settings: one file per part that is turned over before it grows large. */
export function log4jSettings(logPath: string): string {
  return `rootLogger.level=INFO
rootLogger.appenderRef.file.ref=FILE
appender.file.type=RollingFile
appender.file.name=FILE
appender.file.fileName=${logPath}
appender.file.filePattern=${logPath}.%i
appender.file.layout.type=PatternLayout
appender.file.layout.pattern=%d{yyyy-MM-dd HH:mm:ss,SSS} %p %c{1} %m%n
appender.file.policies.type=Policies
appender.file.policies.size.type=SizeBasedTriggeringPolicy
appender.file.policies.size.size=32MB
appender.file.strategy.type=DefaultRolloverStrategy
appender.file.strategy.max=2
`;
}

export function javaOptions(input: {
  readonly heapMb: number;
  readonly folder: string;
  readonly extra: readonly string[];
}): string[] {
  return [
    `-Xmx${input.heapMb}m`,
    `-Xms${Math.round(input.heapMb / 4)}m`,
    `-Djava.io.tmpdir=${join(input.folder, 'tmp')}`,
    '-Djava.awt.headless=true',
    '-Dfile.encoding=UTF-8',
    // A process that is out of memory ends, and is seen, instead of limping on.
    '-XX:+ExitOnOutOfMemoryError',
    ...input.extra,
  ];
}

/** Java's properties format takes backslashes and leading spaces as its own; paths may hold them. */
export function propertiesText(settings: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${String(value).replaceAll('\\', '\\\\')}\n`)
    .join('');
}
