// Usage: node hive.mjs SUPERGRAPH. Hive Gateway's runtime, without its command line. Says where it listens.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';

const gateway = createGatewayRuntime({
  supergraph: readFileSync(process.argv[2], 'utf8'),
  graphqlEndpoint: '/',
  logging: 'warn',
  maskedErrors: false,
});
const server = createServer(gateway);
server.listen(0, '127.0.0.1', () => console.log(`listens on http://127.0.0.1:${server.address().port}/`));
// The runtime takes this signal and leaves it to its host to end.
process.on('SIGTERM', () => process.exit(0));
