// A webhook receiver as one writes it with @octokit/webhooks. It listens on $PORT.
import { createServer } from "node:http";
import { Webhooks, createNodeMiddleware } from "@octokit/webhooks";

const queue = [];
const webhooks = new Webhooks({ secret: process.env.WEBHOOK_SECRET });
webhooks.on("push", ({ payload }) => {
  queue.push({
    repository: payload.repository.clone_url,
    ref: payload.ref,
    after: payload.after,
    sender: payload.sender.login,
    installation: payload.installation.id,
  });
  if (queue.length === 1024) queue.length = 0; // a worker comes by
});
webhooks.onError((error) => console.error(error.message));

const server = createServer(createNodeMiddleware(webhooks, { path: "/webhook/github" }));
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env.PORT), "127.0.0.1");
