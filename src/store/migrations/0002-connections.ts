/** Signing in with OAuth, a default site, projects shared by several sites, and how a site was last found; commits of a record. */
export const connections = `
CREATE TABLE jira_connections_2 (
  id TEXT NOT NULL PRIMARY KEY,
  url TEXT NOT NULL,
  deployment TEXT NOT NULL CHECK (deployment IN ('cloud', 'dataCenter')),
  auth_type TEXT NOT NULL CHECK (auth_type IN ('apiToken', 'pat', 'oauth')),
  email TEXT,
  cloud_id TEXT,
  account_id TEXT,
  display_name TEXT,
  profile_zone TEXT,
  is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
  is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
  project_keys TEXT NOT NULL,
  chosen_projects TEXT NOT NULL,
  last_success_at INTEGER,
  last_problem TEXT,
  failed_sign_ins INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

INSERT INTO jira_connections_2
  SELECT id, url, deployment, auth_type, email, cloud_id, account_id, display_name, profile_zone, is_active, 0,
    project_keys, '[]', NULL, NULL, 0, created_at, updated_at
  FROM jira_connections ORDER BY created_at, rowid;
DROP TABLE jira_connections;
ALTER TABLE jira_connections_2 RENAME TO jira_connections;

ALTER TABLE time_records ADD COLUMN commits TEXT;
`;
