// A delivery with typed documents: the compiler knows every field, and every error's data.
import { graphql } from './gql/index.ts';
import type { DeliverMutation, DeliverMutationVariables } from './gql/graphql.ts';

export const Deliver = graphql(`
  mutation Deliver($input: SubmitDeliveryNoteInput!) {
    submitDeliveryNote(input: $input) {
      deliveryNote {
        id
        number
        grandTotal
      }
      errors {
        __typename
        code
        message
        path
        ... on InsufficientStock {
          item
          available
          requested
        }
      }
      replayed
    }
  }
`);

export const Trial = graphql(`
  query Trial($company: CompanyRef!, $asOf: Date) {
    trialBalance(company: $company, asOf: $asOf) {
      rows {
        account {
          code
        }
        closingDebit
        closingCredit
      }
    }
  }
`);

export const delivery = (id: string, quantity: string): DeliverMutationVariables => ({
  input: {
    id,
    company: { code: 'DEMO' },
    customer: { code: 'UTAH' },
    postingDate: '2026-02-03',
    lines: [{ item: { sku: 'RM0001' }, warehouse: { code: 'Stores' }, quantity, rate: '300' }],
  },
});

/** The number of the delivery note, or what a person should read. */
export function outcome({ submitDeliveryNote: { deliveryNote, errors } }: DeliverMutation): string {
  if (deliveryNote) return deliveryNote.number;
  return errors
    .map((error) =>
      error.__typename === 'InsufficientStock'
        ? `${error.item}: ${error.available} of ${error.requested}`
        : error.message,
    )
    .join('\n');
}
