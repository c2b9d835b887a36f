import type { BenchResult } from './bench.ts';
import { lagBench } from './lag-bench.ts';

const benches = [lagBench];

/** Runs the named benchmark, or all of them; the last line of each is one flat JSON object. */
async function main(wanted: string): Promise<number> {
  const chosen = benches.filter(({ name }) => wanted === 'all' || name === wanted);
  if (chosen.length === 0) {
    const list = benches.map(({ name, what }) => `  ${name}  ${what}`).join('\n');
    process.stderr.write(
      `There is no benchmark ${JSON.stringify(wanted)}. Run with one of these names, or all:\n${list}\n`,
    );
    return 2;
  }
  for (const bench of chosen) {
    process.stdout.write(`${bench.name}: ${bench.what}\n`);
    const result = await bench.run((line) => process.stderr.write(`[${bench.name}] ${line}\n`));
    process.stdout.write(`${resultText(result)}\n${JSON.stringify(result.summary)}\n`);
  }
  return 0;
}

function resultText({ conditions, rows }: BenchResult): string {
  const columns = [...new Set(rows.flatMap(({ figures }) => Object.keys(figures)))];
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const cell = (text: string): string => text.padStart(10);
  const lines = rows.map(
    ({ name, figures }) =>
      `${name.padEnd(nameWidth)}${columns.map((column) => cell(String(figures[column] ?? ''))).join('')}`,
  );
  return [
    ...conditions.map((line) => `  ${line}`),
    `${''.padEnd(nameWidth)}${columns.map(cell).join('')}`,
    ...lines,
  ].join('\n');
}

process.exitCode = await main(process.argv[2] ?? 'all');
