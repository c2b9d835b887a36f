import { runDemo } from './run-demo.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());

process.exitCode = await runDemo({ isKept: process.argv.includes('--keep'), signal: stop.signal });
