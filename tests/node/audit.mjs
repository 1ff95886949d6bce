// Usage: node audit.mjs URL. Prints the outcome of every audit of graphql-http, as JSON.
import { auditServer } from 'graphql-http';

const outcomes = await auditServer({ url: process.argv[2], fetchFn: fetch });
console.log(
  JSON.stringify(
    outcomes.map(({ id, name, status, reason, response }) => ({
      id,
      name,
      status,
      reason,
      answer: response && `${response.status} ${response.headers.get('content-type')}`,
    })),
  ),
);
process.exit(0);
