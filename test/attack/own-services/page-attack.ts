/**
 * Script of a page that sends a request in every way that a browser offers, and returns what it could read. `mode` is
 * what the page tried; `seen` is the status and the start of the body, or the error.
 */
export const pageAttack = `async ({ url, key, spec }) => {
  const seen = [];
  const note = async (mode, work) => {
    try {
      const response = await work();
      const text = await response.text();
      seen.push({ mode, seen: response.type === 'opaque' ? 'opaque' : response.status + ' ' + text.slice(0, 200) });
    } catch (error) {
      seen.push({ mode, seen: String(error) });
    }
  };
  const json = { 'content-type': 'application/json' };
  const authorization = 'Bearer ' + key;
  await note('a read', () => fetch(url + '/v1/runs'));
  await note('a read without cors', () => fetch(url + '/v1/runs', { mode: 'no-cors' }));
  await note('a read with a stolen key', () => fetch(url + '/v1/runs', { headers: { authorization } }));
  await note('a write', () => fetch(url + '/v1/runs', { method: 'POST', headers: json, body: spec }));
  await note('a write as text', () => fetch(url + '/v1/runs', { method: 'POST', mode: 'no-cors', body: spec }));
  await note('a write with a stolen key', () =>
    fetch(url + '/v1/runs', { method: 'POST', headers: { ...json, authorization }, body: spec }));
  await note('a deletion', () => fetch(url + '/v1/runs/run_1', { method: 'DELETE' }));
  await note('the document', () => fetch(url + '/openapi.yaml'));
  await note('a beacon', async () => new Response(String(navigator.sendBeacon(url + '/v1/runs', spec))));
  await note('an event source', () => new Promise((resolve, reject) => {
    const source = new EventSource(url + '/v1/runs');
    source.onopen = () => resolve(new Response('open'));
    source.onerror = () => reject(new Error('closed'));
  }));
  await note('a socket', () => new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace('http', 'ws') + '/v1/runs');
    socket.onopen = () => resolve(new Response('open'));
    socket.onerror = () => reject(new Error('closed'));
  }));
  await note('a frame', () => new Promise((resolve, reject) => {
    const frame = document.createElement('iframe');
    frame.src = url + '/docs';
    frame.onload = () => {
      let text = 'nothing';
      try { text = frame.contentDocument.body.innerText; } catch (error) { text = String(error); }
      if (text === '') reject(new Error('an empty frame'));
      else resolve(new Response(text));
    };
    document.body.append(frame);
  }));
  return seen;
}`;
