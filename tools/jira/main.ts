import { parseArgs } from 'node:util';
import { describe } from './controlDoor.ts';
import { startJira } from './simulator.ts';

const HELP = `Starts a simulated Jira on loopback and prints one line of JSON with its addresses and tokens.
  --deployment cloud|dataCenter   (cloud)
  --port N --gateway-port N       (any free port)
  --context-path /jira            (none on Cloud, /jira on Data Center)
Stops on Ctrl+C.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      deployment: { type: 'string', default: 'cloud' },
      port: { type: 'string', default: '0' },
      'gateway-port': { type: 'string', default: '0' },
      'context-path': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const { deployment } = values;
  if (deployment !== 'cloud' && deployment !== 'dataCenter') throw new Error(`Unknown deployment ${deployment}.`);
  const contextPath = values['context-path'];
  const simulator = await startJira({
    deployment,
    port: Number(values.port),
    gatewayPort: Number(values['gateway-port']),
    ...(contextPath === undefined ? {} : { contextPath }),
  });
  process.stdout.write(`${JSON.stringify(describe(simulator))}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      simulator.close().catch((error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exitCode = 1;
      });
    });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
