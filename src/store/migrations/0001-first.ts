/** The first schema. Instants are UTC milliseconds, flags 0 or 1, JSON columns hold what core's types describe. */
export const first = `
CREATE TABLE jira_connections (
  id TEXT NOT NULL PRIMARY KEY,
  url TEXT NOT NULL,
  deployment TEXT NOT NULL CHECK (deployment IN ('cloud', 'dataCenter')),
  auth_type TEXT NOT NULL CHECK (auth_type IN ('apiToken', 'pat')),
  email TEXT,
  cloud_id TEXT,
  account_id TEXT,
  display_name TEXT,
  profile_zone TEXT,
  is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
  project_keys TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE time_records (
  id TEXT NOT NULL PRIMARY KEY,
  time_in INTEGER NOT NULL,
  time_out INTEGER CHECK (time_out > time_in),
  zone TEXT NOT NULL,
  notes TEXT NOT NULL,
  external_link TEXT,
  source TEXT NOT NULL,
  branch TEXT,
  connection_id TEXT,
  jira_issue_key TEXT,
  jira_connection_id TEXT,
  jira_worklog_id TEXT,
  jira_synced INTEGER NOT NULL CHECK (jira_synced IN (0, 1)),
  jira_sync_reason TEXT,
  jira_sync_error TEXT,
  last_synced_at INTEGER,
  worklog TEXT,
  worklog_intent TEXT NOT NULL,
  attempt TEXT NOT NULL,
  look_first INTEGER NOT NULL CHECK (look_first IN (0, 1)),
  sync_state TEXT NOT NULL,
  search_text TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;

CREATE UNIQUE INDEX time_records_one_running ON time_records (time_out IS NULL)
  WHERE time_out IS NULL AND deleted_at IS NULL;
CREATE INDEX time_records_history ON time_records (time_in) WHERE deleted_at IS NULL;
CREATE INDEX time_records_ends ON time_records (time_out) WHERE deleted_at IS NULL;
CREATE INDEX time_records_issue ON time_records (jira_issue_key, time_in);
CREATE INDEX time_records_state ON time_records (sync_state, time_in);
CREATE INDEX time_records_worklog ON time_records (jira_worklog_id, jira_connection_id)
  WHERE jira_worklog_id IS NOT NULL;

CREATE TABLE jira_sync_logs (
  id INTEGER PRIMARY KEY,
  time_record_id TEXT NOT NULL REFERENCES time_records (id),
  connection_id TEXT NOT NULL,
  action TEXT NOT NULL,
  jira_issue_key TEXT NOT NULL,
  jira_issue_id TEXT NOT NULL,
  jira_worklog_id TEXT,
  sync_status TEXT NOT NULL CHECK (sync_status IN ('pending', 'success', 'failed', 'unknown')),
  sync_reason TEXT,
  sync_error TEXT,
  http_status INTEGER,
  started_at INTEGER NOT NULL,
  synced_at INTEGER,
  duration_ms INTEGER,
  sent TEXT,
  batch_id TEXT
) STRICT;

CREATE INDEX jira_sync_logs_record ON jira_sync_logs (time_record_id);
CREATE INDEX jira_sync_logs_started ON jira_sync_logs (started_at);
CREATE INDEX jira_sync_logs_batch ON jira_sync_logs (batch_id);
CREATE INDEX jira_sync_logs_status ON jira_sync_logs (sync_status);

CREATE TABLE jira_orphan_worklogs (
  connection_id TEXT NOT NULL,
  jira_worklog_id TEXT NOT NULL,
  jira_issue_id TEXT NOT NULL,
  jira_issue_key TEXT NOT NULL,
  time_record_id TEXT NOT NULL REFERENCES time_records (id),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (connection_id, jira_worklog_id)
) STRICT;

CREATE INDEX jira_orphan_worklogs_record ON jira_orphan_worklogs (time_record_id);

CREATE TABLE jira_cached_issues (
  connection_id TEXT NOT NULL,
  issue_key TEXT NOT NULL,
  issue TEXT NOT NULL,
  fetched_at INTEGER NOT NULL,
  PRIMARY KEY (connection_id, issue_key)
) STRICT;

CREATE INDEX jira_cached_issues_key ON jira_cached_issues (issue_key, fetched_at);
`;
