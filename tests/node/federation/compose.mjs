// Usage: node compose.mjs COMPOSER NAME=URL=FILE... Composes subgraphs as the makers of a router do. Prints JSON:
// errors, hints, the supergraph's SDL, and the API that clients of the router see.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parse, printSchema } from 'graphql';

const require = createRequire(import.meta.url);

function api(supergraph) {
  const { Supergraph } = require('@apollo/federation-internals');
  return printSchema(Supergraph.build(supergraph).apiSchema().toGraphQLJSSchema());
}

const composers = {
  apollo(subgraphs) {
    const { composeServices } = require('@apollo/composition');
    const { errors = [], hints = [], supergraphSdl } = composeServices(subgraphs);
    return { errors, hints, supergraph: supergraphSdl, api: supergraphSdl && api(supergraphSdl) };
  },
  theguild(subgraphs) {
    const { composeServices } = require('@theguild/federation-composition');
    const { errors = [], supergraphSdl } = composeServices(subgraphs);
    return { errors, hints: [], supergraph: supergraphSdl, api: supergraphSdl && api(supergraphSdl) };
  },
  wundergraph(subgraphs) {
    const { federateSubgraphs, ROUTER_COMPATIBILITY_VERSION_ONE } = require('@wundergraph/composition');
    const result = federateSubgraphs({
      subgraphs: subgraphs.map(({ name, url, typeDefs }) => ({ name, url, definitions: typeDefs })),
      version: ROUTER_COMPATIBILITY_VERSION_ONE,
    });
    const composed = result.success ? printSchema(result.federatedGraphClientSchema) : undefined;
    return { errors: result.success ? [] : result.errors, hints: result.warnings, api: composed };
  },
};

const [composer, ...given] = process.argv.slice(2);
const subgraphs = given.map((subgraph) => {
  const [name, url, file] = subgraph.split('=');
  return { name, url, typeDefs: parse(readFileSync(file, 'utf8')) };
});
const { errors, hints, supergraph, api: seen } = composers[composer](subgraphs);
console.log(JSON.stringify({ errors: errors.map(String), hints: hints.map(String), supergraph, api: seen }));
