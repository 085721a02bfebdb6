// The runner sets the contract.
export default {
  tokenmeter: { input: process.env.CONTRACT, output: { target: 'client/client.ts', client: 'fetch', mode: 'single' } },
};
