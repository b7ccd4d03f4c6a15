// Types and documents of src/ from the schema as it is exported.
import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  importExtension: '.ts',
  schema: '../../../schema.graphql',
  documents: ['src/**/*.ts', '!src/gql/**'],
  generates: {
    'src/gql/': {
      preset: 'client',
      config: {
        scalars: {
          Date: 'string',
          DateTime: 'string',
          Decimal: 'string',
          JSON: 'unknown',
          Time: 'string',
          UUID: 'string',
        },
        strictScalars: true,
        useTypeImports: true,
        enumsAsTypes: true,
        defaultScalarType: 'unknown',
      },
    },
  },
};

export default config;
