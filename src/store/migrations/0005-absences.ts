/** Stretches in which nobody was at the machine, and what was decided about them. */
export const absences = `
CREATE TABLE absences (
  id TEXT NOT NULL PRIMARY KEY,
  time_record_id TEXT NOT NULL REFERENCES time_records (id),
  away_from INTEGER NOT NULL,
  away_to INTEGER NOT NULL CHECK (away_to > away_from),
  crashed INTEGER NOT NULL CHECK (crashed IN (0, 1)),
  asked_at INTEGER NOT NULL,
  decision TEXT CHECK (decision IN ('keep', 'discard', 'stop', 'stopAt', 'move')),
  stop_at INTEGER,
  jira_issue_key TEXT,
  decided_at INTEGER,
  change_group INTEGER
) STRICT;

CREATE INDEX absences_record ON absences (time_record_id);
CREATE INDEX absences_undecided ON absences (away_from) WHERE decision IS NULL;
CREATE INDEX absences_group ON absences (change_group) WHERE change_group IS NOT NULL;
`;
