/** What users did to their records, so that it can be undone. */
export const journal = `
CREATE TABLE time_record_changes (
  id INTEGER PRIMARY KEY,
  change_group INTEGER NOT NULL,
  time_record_id TEXT NOT NULL REFERENCES time_records (id),
  changed_at INTEGER NOT NULL,
  contents_before TEXT,
  contents_after TEXT NOT NULL
) STRICT;

CREATE INDEX time_record_changes_group ON time_record_changes (change_group);
CREATE INDEX time_record_changes_record ON time_record_changes (time_record_id);
`;
