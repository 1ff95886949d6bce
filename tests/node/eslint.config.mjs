// graphql-eslint over `api.graphql` of the working folder: its recommended rules and those of Relay.
import graphql from '@graphql-eslint/eslint-plugin';

export default [
  {
    files: ['api.graphql'],
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: 'api.graphql' } },
    },
    plugins: { '@graphql-eslint': graphql },
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      ...graphql.configs['flat/schema-relay'].rules,
      '@graphql-eslint/require-description': ['error', { types: true, FieldDefinition: true }],
      '@graphql-eslint/require-deprecation-reason': 'error',
      '@graphql-eslint/no-unreachable-types': 'error',
      // Only what can be fetched again has an id: counts, facets and licences have none.
      '@graphql-eslint/strict-id-in-types': 'off',
      // studyInstanceUID of a Study and patientID of a Patient are DICOM keywords.
      '@graphql-eslint/no-typename-prefix': 'off',
      // Pages go forward only.
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
      // Lists beside connections are short and whole: facets, hints, sources.
      '@graphql-eslint/relay-edge-types': [
        'error',
        { withEdgeSuffix: true, shouldImplementNode: true, listTypeCanWrapOnlyEdgeType: false },
      ],
    },
  },
];
