// Writes signed deliveries into the folder given: <n>.headers (one "Name: value" a line), <n>.body (raw bytes), and
// cases.txt with one "<n> <scheme> <event kind>" a line. The signatures are those of other people's libraries.
import { sign } from "@octokit/webhooks-methods";
import examples from "@octokit/webhooks-examples" with { type: "json" };
import { Webhook } from "standardwebhooks";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { deliveries } from "./gitlab.mjs";

const out = process.argv[2];
const secret = "a secret that both sides know";
const token = "a token that both sides know";
const signingKey = "whsec_" + Buffer.from("32 bytes that both of them share").toString("base64");
const signedAt = new Date(1700000000 * 1000);

const cases = [];
const write = (scheme, kind, headers, body) => {
  const n = cases.length;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
  writeFileSync(join(out, `${n}.headers`), lines.join(""));
  writeFileSync(join(out, `${n}.body`), body);
  cases.push(`${n} ${scheme} ${kind}\n`);
};

let guid = 0;
for (const { name, examples: payloads } of examples) {
  if (!["push", "ping", "pull_request"].includes(name)) continue;
  for (const payload of payloads) {
    const json = JSON.stringify(payload);
    const form = new URLSearchParams({ payload: json }).toString();
    for (const [type, body] of [["application/json", json], ["application/x-www-form-urlencoded", form]]) {
      write("github", name, {
        "Content-Type": type,
        "X-GitHub-Event": name,
        "X-GitHub-Delivery": `00000000-0000-4000-8000-${String(guid++).padStart(12, "0")}`,
        "X-Hub-Signature-256": await sign(secret, body),
      }, body);
    }
  }
}

const webhook = new Webhook(signingKey);
for (const { event, kind, payload } of deliveries) {
  const body = JSON.stringify(payload);
  const id = `10000000-0000-4000-8000-${String(guid++).padStart(12, "0")}`;
  const common = { "Content-Type": "application/json", "X-Gitlab-Event": event, "Idempotency-Key": id };
  write("gitlab-token", kind, { ...common, "X-Gitlab-Token": token }, body);
  write("gitlab-signed", kind, {
    ...common,
    "webhook-id": id,
    "webhook-timestamp": String(signedAt.getTime() / 1000),
    "webhook-signature": webhook.sign(id, signedAt, body),
  }, body);
}

writeFileSync(join(out, "secrets.txt"), [secret, token, signingKey].map((s) => s + "\n").join(""));
writeFileSync(join(out, "cases.txt"), cases.join(""));
