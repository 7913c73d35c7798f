// Deliveries in the form that GitLab documents: https://docs.gitlab.com/user/project/integrations/webhook_events
const zeros = "0".repeat(40);
const before = "95790bf891e76fee5e1747ab589903a6a1f80f22";
const after = "da1560886d4f094c3e6c9ef40349f7d38b5d27d7";

const project = {
  id: 15,
  name: "Turbine",
  description: "Gates and pipes – with ünïcode \"quotes\" and a \\ in it",
  web_url: "https://gitlab.example.com/hydro/plant/turbine",
  avatar_url: null,
  git_ssh_url: "git@gitlab.example.com:hydro/plant/turbine.git",
  git_http_url: "https://gitlab.example.com/hydro/plant/turbine.git",
  namespace: "plant",
  visibility_level: 0,
  path_with_namespace: "hydro/plant/turbine",
  default_branch: "main",
  ci_config_path: "",
  homepage: "https://gitlab.example.com/hydro/plant/turbine",
  url: "git@gitlab.example.com:hydro/plant/turbine.git",
  ssh_url: "git@gitlab.example.com:hydro/plant/turbine.git",
  http_url: "https://gitlab.example.com/hydro/plant/turbine.git",
};

const repository = {
  name: "Turbine",
  url: project.url,
  description: project.description,
  homepage: project.homepage,
  git_http_url: project.git_http_url,
  git_ssh_url: project.git_ssh_url,
  visibility_level: 0,
};

const commit = (id, message, files) => ({
  id,
  message,
  title: message.split("\n")[0],
  timestamp: "2026-02-03T04:05:06+01:00",
  url: `${project.web_url}/-/commit/${id}`,
  author: { name: "Ada Example", email: "ada@example.com" },
  added: [],
  modified: [],
  removed: [],
  ...files,
});

const push = (changes) => ({
  object_kind: "push",
  event_name: "push",
  before,
  after,
  ref: "refs/heads/main",
  ref_protected: true,
  checkout_sha: after,
  message: null,
  user_id: 4,
  user_name: "Ada Example",
  user_username: "ada",
  user_email: null,
  user_avatar: "https://gitlab.example.com/uploads/user/4/avatar.png",
  project_id: project.id,
  project,
  repository,
  commits: [
    commit("b6568db1bc1dcd7f8b4d5a946b0b91f9dacd7327", "Open the gate\n\nWider than before.\n", { added: ["CHANGELOG"], modified: ["gate/main.rb"] }),
    commit(after, "Close it again", { removed: ["gate/old.rb"] }),
  ],
  total_commits_count: 2,
  push_options: {},
  ...changes,
});

export const deliveries = [
  { event: "Push Hook", kind: "push", payload: push({}) },
  { event: "Push Hook", kind: "push", payload: push({ before: zeros, ref: "refs/heads/feature/new", ref_protected: false, commits: [], total_commits_count: 0 }) },
  { event: "Push Hook", kind: "push", payload: push({ after: zeros, checkout_sha: null, commits: [], total_commits_count: 0 }) },
  {
    event: "Push Hook",
    kind: "push",
    payload: push({
      commits: Array.from({ length: 20 }, (_, i) =>
        commit(i.toString(16).padStart(40, "0"), `Commit ${i}`, { modified: Array.from({ length: 40 }, (__, k) => `deep/path/${i}/${k}.yaml`) })),
      total_commits_count: 57,
    }),
  },
  { event: "Push Hook", kind: "push", payload: push({ before: before.padEnd(64, "0"), after: after.padEnd(64, "1"), checkout_sha: after.padEnd(64, "1") }) },
  { event: "Tag Push Hook", kind: "push", payload: push({ object_kind: "tag_push", event_name: "tag_push", before: zeros, ref: "refs/tags/v1.2.3", commits: [], total_commits_count: 0 }) },
  { event: "System Hook", kind: "push", payload: push({}) },
  { event: "System Hook", kind: "ignored", payload: { event_name: "repository_update", user_id: 4, project_id: project.id, project, changes: [{ before, after, ref: "refs/heads/main" }], refs: ["refs/heads/main"] } },
];
