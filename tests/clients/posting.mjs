// A receipt of three pieces in the demo company, as any program may post it.
import { randomUUID } from 'node:crypto';

const query = `
  mutation Receive($input: SubmitPurchaseReceiptInput!) {
    submitPurchaseReceipt(input: $input) {
      purchaseReceipt { id number }
      errors { code message }
      replayed
    }
  }
`;

/** Post one, and give back the document. */
export async function post(url) {
  const { query, input } = post.request(randomUUID());
  const body = JSON.stringify({ query, variables: { input } });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body });
  return (await answer.json()).data.submitPurchaseReceipt.purchaseReceipt;
}

/** What is sent for it. */
post.request = (id) => ({
  id,
  query,
  input: {
    id,
    company: { code: 'DEMO' },
    supplier: { code: 'ARCU' },
    postingDate: '2026-02-02',
    lines: [
      { item: { sku: 'RM0001' }, warehouse: { code: 'Stores' }, quantity: '3', rate: '200' },
    ],
  },
});
