// A second subgraph: teaching files, that refer to our patients, studies and series. Says where it listens.
import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

const here = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');
const { files, difficulties, remarks } = JSON.parse(here('teaching-files.json'));

const node = (id) => files.find((file) => file.id === id) ?? null;
const isOf = (patient) => (file) =>
  file.patient.collectionID === patient.collectionID && file.patient.patientID === patient.patientID;

const resolvers = {
  Query: {
    node: (_, { id }) => node(id),
    nodes: (_, { ids }) => ids.map(node),
    teachingFile: (_, { title }) => files.find((file) => file.title === title) ?? null,
    teachingFiles: (_, { first = 20, after = '-1' }) => {
      const edges = files.map((file, place) => ({ node: file, cursor: String(place) })).slice(Number(after) + 1);
      const page = edges.slice(0, first);
      return {
        edges: page,
        pageInfo: {
          hasNextPage: edges.length > page.length,
          hasPreviousPage: after !== '-1',
          startCursor: page.at(0)?.cursor,
          endCursor: page.at(-1)?.cursor,
        },
      };
    },
  },
  Node: { __resolveType: () => 'TeachingFile' },
  TeachingFile: { __resolveReference: ({ id }) => node(id) },
  Patient: { teachingFiles: (patient) => files.filter(isOf(patient)) },
  Study: { difficulty: ({ studyInstanceUID }) => difficulties[studyInstanceUID] },
  Series: { remark: ({ id }) => remarks[id] },
};

const server = new ApolloServer({
  schema: buildSubgraphSchema({ typeDefs: parse(here('teaching-files.graphql')), resolvers }),
});
const { url } = await startStandaloneServer(server, { listen: { host: '127.0.0.1', port: 0 } });
console.log(`listens on ${url}`);
