// Send calls with a client library for Node, as a shop's own program would.
// `node send.mjs PACKAGE HOST KEY` reads the calls as JSON and ends once the library has sent all.
import { text } from "node:stream/consumers";

const [name, host, key] = process.argv.slice(2);
const calls = JSON.parse(await text(process.stdin)).map((call) => ({ ...call, timestamp: new Date(call.timestamp) }));
const library = await import(name);

if (name === "@rudderstack/rudder-sdk-node") {
  const client = new library.default(key, { dataPlaneUrl: host, flushAt: 4 });
  const sent = calls.map(
    ({ type, ...call }) => new Promise((done, fail) => client[type](call, (error) => (error ? fail(error) : done()))),
  );
  await client.flush();
  await Promise.all(sent);
} else {
  const client = new library.Analytics({ writeKey: key, host, flushAt: 4, maxEventsInBatch: 4 });
  client.on("error", (error) => console.error(error));
  for (const { type, ...call } of calls) client[type](call);
  await client.closeAndFlush({ timeout: 60_000 });
}
