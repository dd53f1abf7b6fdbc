/**
 * Names the written file, so that a journal beside it can say which file it continues. `journaled` is 1 when there must
 * be such a journal. Versions before this one would write without reading the journal; now they find the file newer.
 */
export const generation = `
CREATE TABLE store_file (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  generation TEXT NOT NULL,
  journaled INTEGER NOT NULL CHECK (journaled IN (0, 1))
) STRICT;
INSERT INTO store_file (id, generation, journaled) VALUES (1, '', 0);
`;
