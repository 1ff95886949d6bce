// graphql-codegen's client preset over `api.graphql` and `documents/` of the working folder, into `generated/`.
import { preset } from '@graphql-codegen/client-preset';

export default {
  schema: 'api.graphql',
  documents: 'documents/*.graphql',
  ignoreNoDocuments: false,
  generates: {
    'generated/': {
      preset,
      presetConfig: { persistedDocuments: true },
      config: {
        strictScalars: true,
        scalars: { ID: 'string', BigInt: 'number', Date: 'string', DateTime: 'string' },
      },
    },
  },
};
