// An item list as a Relay app has it: fragments, a connection that grows, a record that is read again.
import { graphql } from 'relay-runtime';

export const ItemRow = graphql`
  fragment itemsRow on Item @refetchable(queryName: "itemsRowRefetchQuery") {
    id
    sku
    name
    costingMethod
  }
`;

export const ItemList = graphql`
  fragment itemsList on Query
  @refetchable(queryName: "itemsListPaginationQuery")
  @argumentDefinitions(
    company: { type: "CompanyRef!" }
    count: { type: "Int", defaultValue: 2 }
    cursor: { type: "String" }
  ) {
    items(company: $company, first: $count, after: $cursor) @connection(key: "itemsList_items") {
      edges {
        node {
          ...itemsRow
        }
      }
    }
  }
`;

export const ItemPage = graphql`
  query itemsPageQuery($company: CompanyRef!) {
    ...itemsList @arguments(company: $company)
  }
`;

export const ReadAgain = graphql`
  query itemsReadAgainQuery($id: ID!) {
    node(id: $id) {
      __typename
      id
      ... on Item {
        ...itemsRow @alias(as: "item")
      }
    }
  }
`;

export const Receive = graphql`
  mutation itemsReceiveMutation($input: SubmitPurchaseReceiptInput!) {
    submitPurchaseReceipt(input: $input) {
      purchaseReceipt {
        id
        number
        grandTotal
      }
      errors {
        __typename
        code
        path
        ... on InsufficientStock {
          available
        }
      }
      replayed
    }
  }
`;

export const Changes = graphql`
  subscription itemsChangesSubscription($company: CompanyRef!, $after: Int) {
    changes(company: $company, after: $after) {
      sequence
      document {
        id
        number
      }
    }
  }
`;
