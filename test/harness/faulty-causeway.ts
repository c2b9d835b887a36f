import { main } from '../../services/cli/run-cli.ts';
import { faultsFrom } from './faults-from.ts';

// The only way to pass faults: no setting of the product's own entry point reaches them.
process.exitCode = await main(
  process.argv.slice(2),
  process.env,
  faultsFrom(process.env, (signal) => {
    process.kill(process.pid, signal);
  }),
);
